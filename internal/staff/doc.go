// Package staff takes in lists of teachers and officials: who they are, what they may do
// where, from when until when.
//
// It keeps nothing of its own: people are accounts, what they may do are grants. Its words.
// A line names a person by login, telephone or e-mail; one nobody knows becomes an account
// without a password, whose owner sets the first one with a code that is handed over. A
// role goes with a place (a class, a school, a village, a unit) and days. What a list does
// not tell is not taken away.
//
// Who may enter: exchange. This room enters account, org and access. Only who manages
// accounts brings a list in (account.manage), and every role is given by the rules of
// grants: nobody gives themselves pupils to see.
package staff
