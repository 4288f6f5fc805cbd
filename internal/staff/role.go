package staff

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"ralop/internal/access"
	"ralop/internal/viet"
)

//go:embed roles.toml
var roleFile []byte

var roleNames = func() map[string]access.Role {
	var file struct {
		Role []struct {
			Code    access.Role `toml:"code"`
			Aliases []string    `toml:"aliases"`
		} `toml:"role"`
	}
	if err := toml.Unmarshal(roleFile, &file); err != nil {
		panic("staff: roles.toml: " + err.Error()) // the file is embedded: a test reads it
	}
	names := map[string]access.Role{}
	for _, r := range file.Role {
		for _, name := range append(r.Aliases, string(r.Code)) {
			names[fold(name)] = r.Code
		}
	}
	return names
}()

// ParseRole reads a role's code or what lists call it.
func ParseRole(written string) (access.Role, bool) {
	role, ok := roleNames[fold(written)]
	return role, ok && slices.Contains(access.Roles, role)
}

func fold(s string) string {
	return strings.Join(strings.FieldsFunc(viet.Fold(viet.Clean(s)), func(r rune) bool { return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') }), " ")
}
