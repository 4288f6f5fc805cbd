//go:build unix

package app

import "syscall"

// freeBytes is the room left on the disk of a folder for those who are not root.
func freeBytes(folder string) (int64, error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
