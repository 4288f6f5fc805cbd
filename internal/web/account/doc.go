// Package account holds the pages of signing in and of those who look after it: sign in
// and out, one's own page, accounts and grants, the audit book, opening pupils for a purpose.
//
// It belongs to the web door. It enters account and access for what it shows, and org for
// the names of places; it knows no rule.
package account
