// Package roster knows what objects were called in the OneRoster bundle that they came
// with, so that they are called the same when they go out again.
//
// It is a room; it enters no other. The door api reads and writes bundles and asks the
// rooms for rights; here are names only, and no right is asked.
//
// Its words:
//
//   - Local name: what the API calls an object of its own accord: "class-602".
//   - sourcedId: what another program calls it: kept when it differs from the local name.
//   - Kind: the kind of object, as one file of a bundle holds it: a sourcedId is unique in
//     its kind.
//
// The standard behind it: 1EdTech OneRoster 1.2, which asks that a sourcedId never change.
package roster
