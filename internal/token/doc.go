// Package token is with what a program calls: API tokens, bound to an account.
//
// It is a room; it enters account and access.
//
// Its words:
//
//   - Token: a long secret that a program sends in the header Authorization: Bearer. Only
//     its hash is kept; whoever lost it makes another.
//   - Scope: one thing that a token is good for. A token may do what both its scopes and
//     the rights of its account today allow, never more: a grant that ends, ends for the
//     token, too. Names opened for a purpose are for the person, not for her programs.
//
// Who may enter: everybody for their own account; the owner of the machine for all; who
// manages accounts sees and revokes, but makes none for others, because a token shows
// what its account may see. The law behind it: Luật 91/2025/QH15 on personal data (who
// looked is known), Luật An toàn thông tin mạng.
package token
