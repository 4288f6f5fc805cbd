// Package api is the door for programs: REST with OpenAPI 3.1 under /api/v1, OneRoster 1.2
// rostering under /ims/oneroster/rostering/v1p2, and the page that explains both.
//
// It is on the doors floor; it decodes, calls one room function and renders. A program
// sends a token (room token) in the header Authorization: Bearer; sessions of browsers
// open nothing here, so that no page of another site can ask in somebody's name.
//
// Every answer: problem details (RFC 9457) when refused, in the language of the account;
// a rate limit per token, told in the headers X-RateLimit-*; an ETag that If-None-Match
// may name. Lists are paged by an opaque cursor. What names pupils stands in the audit
// book before it is sent, with the token. Causes of absence, ethnicity and poverty are in
// no answer.
package api
