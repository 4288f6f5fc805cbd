package exchange

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/richardlehane/mscfb"
	"github.com/xuri/excelize/v2"

	"ralop/internal/fault"
)

// Bounds of a locked workbook: a file from outside says itself how long its key takes and
// how large its parts are.
const (
	maxSpins   = 500_000 // office programs write 100,000
	maxEntries = 1000
	maxInfo    = 64 << 10 // bytes of the description of the lock
)

var oleMark = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}

var errLock = errors.New("exchange: a lock that no office program writes")

// Sent is a file that somebody sent.
type Sent interface {
	io.Reader
	io.ReaderAt
}

// Unlock gives the workbook inside a file that a password locks (ECMA-376 agile and standard
// encryption); a file of another kind comes back as it is. The password is needed once:
// what is kept, planned and committed is the workbook. It goes through the same checks as
// every file (ReadBook).
//
// Faults: exchange.locked-file when no password was given, exchange.wrong-password, both
// of the field "password"; exchange.too-large, exchange.bad-lock.
func Unlock(name string, content Sent, size int64, password string) (Sent, int64, error) {
	raw, err := oleFile(name, content, size)
	if raw == nil || err != nil {
		return content, size, err
	}
	locked, err := lockOf(raw)
	switch {
	case err != nil:
		return nil, 0, fault.New(fault.Unsupported, "exchange.bad-lock", fault.Args{"file": name}).Because(err)
	case !locked:
		return content, size, nil // an old .xls: ReadBook says so
	case password == "":
		return nil, 0, fault.New(fault.Invalid, "exchange.locked-file", fault.Args{"file": name}).On("password")
	}
	plain, err := decrypt(raw, password)
	if err != nil {
		return nil, 0, fault.New(fault.Unsupported, "exchange.bad-lock", fault.Args{"file": name}).Because(err)
	}
	if !bytes.HasPrefix(plain, []byte("PK\x03\x04")) { // no other key gives a zip
		return nil, 0, fault.New(fault.Invalid, "exchange.wrong-password", fault.Args{"file": name}).On("password")
	}
	return bytes.NewReader(plain), int64(len(plain)), nil
}

// oleFile reads a compound file whole; nil when it is none.
func oleFile(name string, content io.ReaderAt, size int64) ([]byte, error) {
	head := make([]byte, len(oleMark))
	if n, err := content.ReadAt(head, 0); n < len(head) {
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		return nil, nil
	}
	if !bytes.Equal(head, oleMark) {
		return nil, nil
	}
	if size > MaxFile {
		return nil, fault.New(fault.Invalid, "exchange.too-large", fault.Args{"file": name, "megabytes": MaxFile >> 20})
	}
	return io.ReadAll(io.NewSectionReader(content, 0, size))
}

// oldFile is the fault of a compound file: a locked workbook, or one of the old kind.
func oldFile(name string, content io.ReaderAt, size int64, outermost bool) error {
	raw, err := oleFile(name, content, size)
	if err != nil {
		return err
	}
	if locked, err := lockOf(raw); err != nil || !locked {
		return fault.New(fault.Unsupported, "exchange.old-xls", fault.Args{"file": name})
	}
	if !outermost {
		return fault.New(fault.Invalid, "exchange.locked-member", fault.Args{"member": name})
	}
	return fault.New(fault.Invalid, "exchange.locked-file", fault.Args{"file": name}).On("password")
}

// lockOf says whether an OLE file holds a locked package, and refuses one that would cost
// more memory or time to open than its size allows.
func lockOf(raw []byte) (locked bool, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			locked, err = false, fmt.Errorf("%w: %v", errLock, broken)
		}
	}()
	if len(raw) < 512 {
		return false, nil
	}
	most := uint32(len(raw)/512 + 1)
	for _, at := range []int{40, 44, 64, 72} { // sectors of directory, FAT, mini FAT, DIFAT
		if binary.LittleEndian.Uint32(raw[at:]) > most {
			return false, errLock
		}
	}
	doc, err := mscfb.New(bytes.NewReader(raw))
	if err != nil {
		return false, errors.Join(errLock, err)
	}
	if len(doc.File) > maxEntries {
		return false, errLock
	}
	seen := map[string]*mscfb.File{}
	for _, f := range doc.File {
		if f.Name != "EncryptionInfo" && f.Name != "EncryptedPackage" {
			continue
		}
		if seen[f.Name] != nil || f.Size < 8 || f.Size > int64(len(raw)) {
			return false, errLock
		}
		seen[f.Name] = f
	}
	info := seen["EncryptionInfo"]
	if info == nil || seen["EncryptedPackage"] == nil {
		return false, nil
	}
	if info.Size > maxInfo {
		return false, errLock
	}
	described := make([]byte, info.Size)
	if _, err := io.ReadFull(info, described); err != nil {
		return false, errors.Join(errLock, err)
	}
	if binary.LittleEndian.Uint16(described) != 4 || binary.LittleEndian.Uint16(described[2:]) != 4 {
		return true, nil // standard: 50,000 rounds, whatever the file says
	}
	var agile excelize.Encryption
	if err := xml.Unmarshal(described[8:], &agile); err != nil {
		return false, errors.Join(errLock, err)
	}
	for _, k := range agile.KeyEncryptors.KeyEncryptor {
		if k.EncryptedKey.SpinCount < 0 || k.EncryptedKey.SpinCount > maxSpins {
			return false, errLock
		}
	}
	return true, nil
}

// decrypt is the library's, which takes the parts of a lock at their word: a broken one
// makes it panic.
func decrypt(raw []byte, password string) (plain []byte, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			plain, err = nil, fmt.Errorf("%w: %v", errLock, broken)
		}
	}()
	return excelize.Decrypt(raw, &excelize.Options{Password: password})
}
