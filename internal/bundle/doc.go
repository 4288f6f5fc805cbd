// Package bundle takes in the rosters that other programs write: OneRoster 1.2 as a zip of
// csv files. It reads a bundle, holds it to the standard, says line by line what it would
// do, and does exactly that.
//
// Its words:
//
//   - Line: a line of one file of the bundle.
//   - Step: what is to be done for a line. Lines that only describe others (courses,
//     demographics) have a step that does nothing.
//   - Name: what the other program calls an object (its sourcedId); kept by room roster, so
//     that the object goes out again under it.
//
// What is there stays as it is, and is told where the bundle says otherwise; so the same
// bundle again changes nothing, and one that was broken off is taken up where it ended.
// Units come from decrees: into a province that is known none is put.
//
// Who may enter. Each object asks for the right of its own room at its own place; a bundle
// of one school touches nothing of another.
//
// The standard behind it: 1EdTech OneRoster 1.2, CSV binding.
package bundle
