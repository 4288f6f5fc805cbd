// Package notify tells people what happened: in the product's own list, by mail, by web
// push and by SMS. It is on the ground floor and knows no feature: what a notice says is
// a message id with facts, and who is told is an account (or the telephone of a family).
//
// Its words:
//
//   - Message: what a room asks to be told, in the transaction of the act (Enqueue). The
//     act and its notices are written together or not at all; nothing leaves the house then.
//   - Notice: what one person is told once. The key of a message is never said twice to
//     the same person. It stands in the person's list whatever else happens.
//   - Delivery: a notice on its way through one channel. Deliver sends what is due,
//     outside any transaction, and writes down what came of it.
//   - Letter: one mail to one person. It holds all that is due to her: the day's digest, or
//     what is urgent of the last minutes.
//   - Wish: how a person wants to be told: digest hour, quiet hours, push, SMS.
//
// How often: a delivery is claimed before it is sent and marked after. A machine that dies
// between the two sends again when the claim has run out: at least once. The other side can
// tell the repeat: a letter keeps its Message-ID, a push its tag (the browser shows it
// once), an SMS its Idempotency-Key.
//
// Withdraw follows a correction: what was not sent is dropped, what was sent is marked in
// the list and put right in the next letter.
//
// A child's name and a protected cause are never facts of a message: mail and SMS pass
// through other people's machines. The sentence says what to do, the link opens who it is
// about, for those who may see it. Law: Luật 91/2025/QH15 on personal data.
package notify
