// Package device knows the phones: which ones, whose, when they were last heard of, and
// what became of each act that came from them.
//
// Its words. A phone is one browser's store, named by a UUID that the browser made. It is
// registered once for each person who uses it; a shared phone is two pairs of phone and
// person, each with a secret of its own. An act made on it names both and is proved by
// that secret, and it lies on the phone sealed to the realm's public key (RFC 9180, base
// mode), so that nobody can read it there: not the next teacher, not a finder. Whoever is
// signed in may carry it to the server, by push or as a file; it is judged as its author's.
// A pair is active, signing out (asked by its owner: what is unsent is pushed first, then
// the data is wiped at the next contact), signed out, or blocked (lost: refused at once).
// The ledger keeps the outcome of every act, so that the same act is answered the same
// however often and in whatever order it comes.
//
// The law behind it: Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 on what is kept of persons
// and on losing a machine; a quiet phone is a place where help is needed and never a
// figure about its owner, so nothing here ranks people.
//
// Who may enter: the doors offline and web, casework. This room enters account and org.
package device
