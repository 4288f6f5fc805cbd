package door

import (
	"time"

	"ralop/internal/access"
)

// Route is one address of the product. The tables of all doors together are the whole of
// what can be asked; a test walks them with every role and with foreign ids.
type Route struct {
	Method  string        // GET, POST, PUT, DELETE
	Pattern string        // of http.ServeMux, without the method: "/lop/{class}/diem-danh"
	Names   Names         // what the ids in the pattern name
	Action  access.Action // what the room will ask of access, for the table of rights; may be empty
	Open    bool          // answered to those who are not signed in
	Program bool          // asked by a program: failures are JSON whatever it accepts, and nobody is led to sign in
	Always  bool          // answered to those who must change their password first
	Body    int64         // largest body in bytes; 0 is 1 MiB
	Limit   *Limit        // on top of the limits for everybody
	Handler Handler
}

// Names says what each id in a pattern is: {"class": access.ClassKind}. An id that no
// right depends on (a grant, a job) has the kind "".
type Names map[string]access.Kind

// Limit is how often something may be asked with one key.
type Limit struct {
	Requests int
	Window   time.Duration
	Key      func(*Request) string // never the address of the machine: a school shares one
}
