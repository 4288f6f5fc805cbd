package roster

import (
	"context"

	"ralop/internal/id"
	"ralop/internal/store"
)

// Local names, as the API writes them.
func ClassName(class id.ID) string   { return "class-" + class.String() }
func PupilName(pupil id.ID) string   { return "pupil-" + pupil.String() }
func SchoolName(school id.ID) string { return "school-" + school.String() }

// EnrollmentName and RoleName are made of the local name of a user.
func EnrollmentName(user string, class id.ID) string { return user + "-" + ClassName(class) }
func RoleName(user, role string, school id.ID) string {
	return user + "-" + role + "-" + SchoolName(school)
}

// Pupil is a pupil with the places at which she was.
type Pupil struct {
	ID      id.ID
	Schools []id.ID
	Classes []id.ID
}

// ForgetPupils takes away what others call pupils, with their enrolments and roles at the
// places named. It asks no right: who takes away the names of children calls it.
func ForgetPupils(ctx context.Context, tx *store.Tx, realm int, pupils []Pupil) error {
	names := map[Kind][]string{}
	for _, p := range pupils {
		user := PupilName(p.ID)
		names[User] = append(names[User], user)
		for _, class := range p.Classes {
			names[Enrollment] = append(names[Enrollment], EnrollmentName(user, class))
		}
		for _, school := range p.Schools {
			names[Role] = append(names[Role], RoleName(user, "student", school))
		}
	}
	for _, kind := range []Kind{User, Enrollment, Role} {
		if len(names[kind]) == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, sqlForget, realm, kind, store.In(names[kind])); err != nil {
			return err
		}
	}
	return nil
}
