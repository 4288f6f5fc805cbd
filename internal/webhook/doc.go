// Package webhook tells other programs what happened, so that they need not ask.
//
// It is a room; it enters account and calendar, and it asks access for every account.
//
// Its words:
//
//   - Event: a sheet was received, a case was opened, a report was frozen. It holds ids,
//     days and codes: no name, no cause, no count of a group. Whoever wants more asks the
//     API with a token, and is in the audit book.
//   - Webhook: an address with the events it wants. It acts for one account and is told
//     only what that account may see on the day; cases only when it asked for them.
//   - Delivery: an event on its way to a webhook. It is tried again with growing pauses,
//     given up after Tries with a notice to the owner, and may be replayed. Its event
//     keeps its id: a receiver that has seen the id has seen the event.
//   - Signature: HMAC-SHA256 with the webhook's secret over the time and the body, so that
//     a receiver knows who sent it and that it is not an old one sent again.
//
// The outbox is the audit book: an act and its line are one transaction, sealed blocks are
// read once and in order, and the id of the line is the id of the event. So no event is
// lost or invented when the machine stops, and no room needs to know of webhooks.
//
// Addresses inside the house are refused, when the webhook is made and again when its name
// has been looked up for each try, unless the administrator allows the host. Redirects are
// not followed. The log keeps the status of an answer, never a body.
//
// Who may enter: everybody for their own account, the owner of the machine for all; who
// manages accounts sees and ends all, but makes none for others. The law behind it: Luật
// 91/2025/QH15 on personal data (only what is needed), Luật An toàn thông tin mạng.
package webhook
