package paper

import (
	"archive/zip"
	"fmt"
	"io"
	"time"
)

// entry is a file in an archive.
type entry struct {
	name    string
	content []byte
}

// archiveTime stands on every entry, so that the same content gives the same bytes.
var archiveTime = time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)

func writeArchive(w io.Writer, entries []entry) error {
	archive := zip.NewWriter(w)
	for _, e := range entries {
		file, err := archive.CreateHeader(&zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: archiveTime})
		if err != nil {
			return fmt.Errorf("paper: %w", err)
		}
		if _, err := file.Write(e.content); err != nil {
			return fmt.Errorf("paper: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("paper: %w", err)
	}
	return nil
}
