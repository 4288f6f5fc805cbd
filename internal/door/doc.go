// Package door is shared by all doors: who calls, one transaction for a request, faults
// into answers, and the limits that hold for everybody.
//
// It is on the doors floor; web, api and offline enter it, and it enters no other door.
// It knows no rule of any room. A door's handler decodes, calls one room function and
// says what to show:
//
//	func open(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
//		class, err := r.ID("class")
//		…
//		sheet, err := rollcall.Open(ctx, tx, r.Who, class)
//		return door.Page(sheetPage(r, sheet)), err
//	}
//
//	door.Route{Method: "GET", Pattern: "/lop/{class}", Names: door.Names{"class": access.ClassKind}, Handler: door.Read(open)}
//
// A writing request is one transaction and is answered after its commit. What a screen
// shows of pupils is noted with Request.Look and stands in the audit book before the
// answer is sent.
package door
