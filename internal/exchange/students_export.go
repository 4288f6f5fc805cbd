package exchange

import (
	"io"
	"strconv"

	"ralop/internal/paper"
	"ralop/internal/student"
)

// nationalHeads are the 25 columns of the class list of the national database, in order.
var nationalHeads = []string{"STT", "Mã định danh Bộ GD&ĐT", "Họ tên", "Ngày sinh", "Giới tính", "Dân tộc", "Trạng thái", "SĐT liên hệ", "Nơi sinh chi tiết",
	"Tổ/thôn hộ khẩu thường trú", "Tỉnh thành quê quán", "Phường xã quê quán", "Chỗ ở hiện nay", "Số CMND", "Ngày cấp", "Nơi cấp", "Tên cha", "Nghề nghiệp cha",
	"Năm sinh cha", "Tên mẹ", "Nghề nghiệp mẹ", "Năm sinh mẹ", "Lớp học", "Khối học", "Số định danh cá nhân"}

// WriteStudents writes children (student.Export) under the heads of the national class
// list, as csv or xlsx; list gives title, watermark and stamp. Columns of what is not
// stored stay empty. ImportStudents reads the file back and changes nothing.
func WriteStudents(w io.Writer, format paper.Format, list paper.List, children []student.Exported) error {
	list.Columns = listColumns()
	out, err := paper.NewList(w, format, list)
	if err != nil {
		return err
	}
	for i, c := range children {
		if err := out.Row(nationalRow(i+1, c)...); err != nil {
			return err
		}
	}
	return out.Close()
}

// listColumns are the heads of the national class list.
func listColumns() (all []paper.Column) {
	for i, head := range nationalHeads {
		all = append(all, paper.Column{Key: "c" + strconv.Itoa(i), Title: head})
	}
	return all
}

func nationalRow(number int, c student.Exported) []paper.Cell {
	sex := map[string]string{"F": "Nữ", "M": "Nam"}[c.Person.Sex]
	group, _ := student.EthnicityOf(c.Person.Ethnicity)
	grade := c.Grade
	if _, err := strconv.Atoi(grade); err == nil {
		grade = "Khối " + grade
	}
	row := make([]string, len(nationalHeads))
	for i, cell := range []string{strconv.Itoa(number), c.Person.Code, c.Person.Name, c.Person.Born.Vietnamese(), sex, group.Name, "Đang học", c.Person.Phone,
		c.Person.Birthplace, c.Village, c.Province, c.Commune, c.Person.Address} {
		row[i] = cell
	}
	for _, g := range c.Guardians {
		at := map[string]int{"father": 16, "mother": 19}[g.Relation]
		if at == 0 {
			continue
		}
		row[at] = g.Name
		if g.BornYear != 0 {
			row[at+2] = strconv.Itoa(g.BornYear)
		}
	}
	row[22], row[23], row[24] = c.ClassName, grade, c.Person.NationalID
	cells := make([]paper.Cell, len(row))
	for i, cell := range row {
		cells[i] = paper.Text(cell)
	}
	return cells
}
