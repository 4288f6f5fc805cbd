package committee

import (
	_ "embed"
	"slices"
	"strings"

	"ralop/internal/day"
	"ralop/internal/org"
	"ralop/internal/text"
)

// Kind is what a committee is for.
type Kind string

const (
	Renewal          Kind = "renewal"          // Ban chỉ đạo đổi mới GD&ĐT
	Universalisation Kind = "universalisation" // Ban chỉ đạo PCGD-XMC
	Retention        Kind = "retention"        // Ban chỉ đạo huy động học sinh, duy trì sĩ số
	OtherKind        Kind = "other"
)

// Kinds in the order in which escalation looks for a chair.
var Kinds = []Kind{Retention, Universalisation, Renewal, OtherKind}

// Office is what a member is in the committee.
type Office string

const (
	Chair          Office = "chair"           // trưởng ban
	StandingDeputy Office = "standing-deputy" // phó trưởng ban thường trực
	Deputy         Office = "deputy"          // phó trưởng ban
	Secretary      Office = "secretary"       // thư ký
	Ordinary       Office = "member"          // ủy viên
)

// Offices from the highest.
var Offices = []Office{Chair, StandingDeputy, Deputy, Secretary, Ordinary}

func (o Office) rank() int { return slices.Index(Offices, o) }

// Body is where a member comes from, or a branch in charge of a commune.
type Body string

//go:embed bodies.tsv
var bodyTable string

// BodyRow says when a body is, and in which tiers.
type BodyRow struct {
	Body        Body
	From, Until day.Day
	Tiers       []org.Kind
}

// Bodies is the dated list of bodies, in the order of papers.
var Bodies = parseBodies(bodyTable)

func parseBodies(table string) (all []BodyRow) {
	for _, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		cells := strings.Split(line, "\t")
		row := BodyRow{Body: Body(cells[0]), Until: day.Forever}
		if cells[1] != "" {
			row.From = day.MustParse(cells[1])
		}
		if cells[2] != "" {
			row.Until = day.MustParse(cells[2])
		}
		for _, tier := range strings.Fields(cells[3]) {
			row.Tiers = append(row.Tiers, org.Kind(tier))
		}
		all = append(all, row)
	}
	return all
}

// BodiesOn gives the bodies that there are on a day.
func BodiesOn(on day.Day) (all []Body) {
	for _, row := range Bodies {
		if row.From <= on && on < row.Until {
			all = append(all, row.Body)
		}
	}
	return all
}

func (b Body) knownOn(on day.Day) bool { return slices.Contains(BodiesOn(on), b) }

// Task is a piece of work of a duty.
type Task string

// Tasks in the order of papers. Mobilise and Attendance are those by which a member is
// the named official of a place.
const (
	Mobilise      Task = "mobilise"   // vận động trẻ ra lớp, học sinh bỏ học trở lại
	Attendance    Task = "attendance" // theo dõi chuyên cần, duy trì sĩ số
	Survey        Task = "survey"     // điều tra, lập hồ sơ phổ cập
	Literacy      Task = "literacy"   // xóa mù chữ
	Communicate   Task = "communicate"
	Support       Task = "support"    // huy động nguồn lực, hỗ trợ học sinh
	Facilities    Task = "facilities" // cơ sở vật chất, bán trú
	Safety        Task = "safety"
	Inspection    Task = "inspection"
	Reporting     Task = "reporting"
	ChildSecurity Task = "child-protection"
)

// Tasks are all tasks.
var Tasks = []Task{Mobilise, Attendance, Survey, Literacy, Communicate, Support, Facilities, Safety, ChildSecurity, Inspection, Reporting}

// usualName is what committees of a kind are called; "" for those that need a name.
func (k Kind) usualName() string {
	if k == OtherKind {
		return ""
	}
	return text.T(text.Vietnamese, "committee.name-"+string(k))
}
