package api

import (
	"slices"

	"ralop/internal/access"
	"ralop/internal/calendar"
	"ralop/internal/day"
	"ralop/internal/id"
	naming "ralop/internal/roster"
	"ralop/internal/student"
)

// A record that became a part of another is told to those who ask for what changed: by a
// filter on dateLastModified or status, or by its own address. Everybody else reads who is
// there, and a bundle holds nobody else.

// asksChanges says whether a query is about what changed.
func (q rosterQuery) asksChanges() bool {
	return slices.ContainsFunc(q.filters, func(c condition) bool { return c.field == "dateLastModified" || c.field == "status" })
}

// stamp is an instant as the standard writes it.
func stamp(at day.Instant) string { return at.Time().UTC().Format("2006-01-02T15:04:05.000Z") }

// listedPupil is a pupil who is reached, with when the record last changed.
type listedPupil struct {
	student.ListedPupil
	at   access.Resource
	base base // without the sourcedId
}

// pupils gives the pupils that are reached: of one school or of all; of one class or of all.
func (r *roster) pupils(school, class id.ID) ([]listedPupil, error) {
	var list []listedPupil
	var ids []id.ID
	err := r.listed(school, class, func(p student.ListedPupil, at access.Resource) {
		list, ids = append(list, listedPupil{ListedPupil: p, at: at}), append(ids, p.Pupil)
	})
	if err != nil {
		return nil, err
	}
	changed, err := student.ChangedAt(r.ctx, r.tx, r.call.Who.Realm, ids)
	since := calendar.Bounds(r.year).From
	for i := range list {
		list[i].base = standing("", since)
		if at := changed[list[i].Pupil]; at.Day() > since {
			list[i].base.Modified = stamp(at)
		}
	}
	return list, err
}

// goneOf gives the records that became a part of pupils, when somebody asks for them; each
// with the pupil who stands.
func (r *roster) goneOf(list []listedPupil) (gone []student.MergedAway, kept []listedPupil, err error) {
	if !r.gone {
		return nil, nil, nil
	}
	ids, index := make([]id.ID, len(list)), map[id.ID]int{}
	for i, p := range list {
		ids[i], index[p.Pupil] = p.Pupil, i
	}
	gone, err = student.MergedAwayOf(r.ctx, r.tx, r.call.Who.Realm, ids)
	for _, g := range gone {
		kept = append(kept, list[index[g.Kept]])
	}
	return gone, kept, err
}

// deleted is what an object is that stands no more.
func deleted(sourcedID string, at day.Instant) base { return base{sourcedID, "tobedeleted", stamp(at)} }

// goneEnrollments are those that records had which became a part of others, in the classes
// that are reached: of one school or of all, of one class or of all.
func (r *roster) goneEnrollments(school, class id.ID, list []listedPupil, add func(base, string, id.ID, id.ID)) error {
	gone, _, err := r.goneOf(list)
	if err != nil || len(gone) == 0 {
		return err
	}
	classes, err := r.orgClasses(school)
	if err != nil {
		return err
	}
	for _, g := range gone {
		user := pupilID(g.Gone)
		for _, k := range classes {
			if slices.Contains(g.Classes, k.ID) && (class == 0 || class == k.ID) {
				add(deleted(r.called(naming.Enrollment, enrollmentID(user, k.ID)), g.At), user, k.School, k.ID)
			}
		}
	}
	return nil
}
