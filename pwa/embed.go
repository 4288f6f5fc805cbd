// Package pwa is the offline app: plain ES modules without a bundler, and its service
// worker. It stands on the ground floor and knows no room; the offline door serves it.
package pwa

import "embed"

// Files are the app as the browser gets it, below "app/".
//
//go:embed app
var Files embed.FS
