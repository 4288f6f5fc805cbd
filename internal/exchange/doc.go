// Package exchange is the door for files: sheets that come in (csv, csv.gz, xlsx,
// GeoJSON) and tables that go out.
//
// It decodes a file, calls one room function and prints what came of it; what a line
// means and whether it may go in is decided in the room. Every import is a plan first:
// a dry run shows the plan, a commit carries out the same plan.
package exchange
