package access

import (
	"ralop/internal/fault"
	"ralop/internal/text"
)

// Explain is the sentence of a fault. When access refused, it also says which role in
// which place could do it.
func Explain(lang text.Lang, f *fault.Fault) string {
	sentence := text.Fault(lang, f)
	role, _ := f.Args["role"].(string)
	if f.Code != "access.no-grant" || role == "" {
		return sentence
	}
	return sentence + " " + text.T(lang, "access.nearest", "role", text.T(lang, "access.role-"+role), "place", f.Args["place"])
}
