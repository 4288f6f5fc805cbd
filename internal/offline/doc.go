// Package offline is the door for phones that work without a network, and for text
// messages: acts come in, what a person may see goes out.
//
// It is on the doors floor: it decodes, calls one room function and says in words what
// became of each act. Only app imports it, and the pages of web/device, which take the
// file of a phone that cannot send.
//
// An act is sealed (package device) and judged by Judge: each in a transaction of its own,
// as its author's, by the rights of the day on which it was done, and answered the same
// however often it comes. A kind of act is one file, kind_….go, named in kinds; a part of
// what a phone keeps is one file, part_….go, named in parts.
//
// The wire is JSON under /offline/v1/: device, push, pull, hand-in, sms. Ids are strings,
// instants milliseconds, days YYYY-MM-DD. testdata/pull.golden.json shows a whole pull.
// Without a session the answer is 401, never a page. 503 with Retry-After asks to come
// again later; nothing is lost by waiting.
package offline
