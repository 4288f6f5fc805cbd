package exchange_test

import (
	"strings"
	"testing"

	"ralop/internal/committee"
	"ralop/internal/day"
	"ralop/internal/exchange"
)

func TestReadCommittee(t *testing.T) {
	file := "Chức danh;Họ và tên;Chức vụ;Ngành, đoàn thể;Điện thoại;Địa bàn, trường;Cấp học;Nhiệm vụ;Từ ngày\n" +
		"Trưởng ban;Sùng A Chu;Phó Chủ tịch UBND xã;Ủy ban nhân dân;0912000001;;;;\n" +
		"member;Lò Văn Ún;;front-board;0912000002;Bản Lúm, 03268-02;TH, THCS;Vận động học sinh ra lớp;15/09/2019\n" +
		"Tổ trưởng;Lò A;;Công an;0912000003;;;;\n" +
		"Ủy viên;Lò B;;Hội Lạ;0912000003;;;;\n" +
		"Ủy viên;Lò C;;Công an;0912000003;;;Việc lạ;\n"
	table, err := exchange.ReadTable("ban-chi-dao.csv", strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	_, lines, refused, err := exchange.ReadCommittee(table, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 2 || lines[0].Office != committee.Chair || lines[0].Body != "peoples-committee" {
		t.Fatalf("%+v", lines)
	}
	second := lines[1]
	if second.Office != committee.Ordinary || len(second.Places) != 2 || second.Places[1] != "03268-02" || len(second.Levels) != 2 ||
		len(second.Tasks) != 1 || second.Tasks[0] != committee.Mobilise || second.Started != day.MustParse("2019-09-15") {
		t.Errorf("%+v", second)
	}
	var codes []string
	for _, r := range refused {
		codes = append(codes, r.Fault.Code)
	}
	if got := strings.Join(codes, " "); got != "committee.unknown-office committee.unknown-body committee.unknown-task" {
		t.Errorf("%s", got)
	}
}
