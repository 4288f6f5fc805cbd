//go:build !unix

package app

import "errors"

func freeBytes(string) (int64, error) {
	return 0, errors.New("app: the room left on the disk cannot be asked here")
}
