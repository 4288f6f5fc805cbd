package main

import "ralop/internal/access"

type importAttendanceCommand struct {
	importFlags
	School  string `help:"Code of the school. / Mã trường." required:""`
	Long    bool   `help:"The file has a row for each pupil and session. / Mỗi dòng là một em, một buổi."`
	Month   string `help:"Month of the register, YYYY-MM, when its title does not tell. / Tháng của sổ."`
	Legend  string `help:"What codes of this book mean, such as \"v=x,0=K\". / Bảng ký hiệu."`
	Blanks  string `help:"What an empty cell means: unmarked, present, every-day. Without an answer a session with empty cells is not taken. / Ô trống nghĩa là gì."`
	Halves  string `help:"Where a class meets several times a day and the book has one column: main, all. / Cột ghi buổi chính hay mọi buổi."`
	Replace string `help:"Why sheets that stand and differ are replaced; they are kept and told without it. / Lý do thay."`
}

// Run brings a register in. A class-day is taken when every pupil of it has something said of them.
func (c *importAttendanceCommand) Run(env *Env) error {
	kind, settings := "registers", map[string]string{"legend": c.Legend, "blanks": c.Blanks, "halves": c.Halves, "replace": c.Replace}
	if c.Long {
		kind = "attendance"
	} else {
		settings["month"] = c.Month
	}
	return c.deskAt(env, kind, access.SchoolKind, c.School, settings, "sheets")
}
