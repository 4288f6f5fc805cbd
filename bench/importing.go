package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/xuri/excelize/v2"

	"ralop/internal/access"
	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/intake"
	"ralop/internal/store"
)

// classListHead is the 25-column form of the national database, and a column for the school because the list is of many.
const classListHead = "STT,Mã định danh Bộ GD&ĐT,Họ tên,Ngày sinh,Giới tính,Dân tộc,Trạng thái,SĐT liên hệ,Nơi sinh chi tiết,Tổ/thôn hộ khẩu thường trú," +
	"Tỉnh thành quê quán,Phường xã quê quán,Chỗ ở hiện nay,Số CMND,Ngày cấp,Nơi cấp,Tên cha,Nghề nghiệp cha,Năm sinh cha,Tên mẹ,Nghề nghiệp mẹ,Năm sinh mẹ," +
	"Lớp học,Khối học,Số định danh cá nhân,Mã trường"

// home is a village and a school whose children live there.
type home struct{ School, Levels, Village, Commune string }

const sqlHomes = `SELECT s.code, s.levels, v.name, c.full_name FROM school_period s
	JOIN unit_period c ON c.unit = s.located_in AND c.from_day <= $2 AND c.until_day > $2
	JOIN unit_period v ON v.parent = c.unit AND v.from_day <= $2 AND v.until_day > $2
	WHERE s.realm = $1 AND s.until_day > $2 ORDER BY s.code, v.code`

var grades = map[string][]string{"TH": {"1", "2", "3", "4", "5"}, "THCS": {"6", "7", "8", "9"}}

// writeList invents children who are in no list yet, in new classes of 35, and writes them as a spreadsheet. The
// personal numbers begin with 98, which no office issues.
func (w *world) writeList(ctx context.Context, path string, children int) error {
	var homes []home
	err := w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		homes, err = store.All[home](ctx, tx, sqlHomes, w.app.Realm, w.clock.Day())
		return err
	})
	if err != nil {
		return err
	}
	type place struct {
		school, grade string
		homes         []home
	}
	var places []place
	for _, h := range homes {
		for _, level := range strings.Fields(h.Levels) {
			for _, grade := range grades[level] {
				i := slices.IndexFunc(places, func(p place) bool { return p.school == h.School && p.grade == grade })
				if i < 0 {
					i, places = len(places), append(places, place{school: h.School, grade: grade})
				}
				places[i].homes = append(places[i].homes, h)
			}
		}
	}
	if len(places) == 0 {
		return errors.New("no school takes new classes")
	}
	file := excelize.NewFile()
	defer file.Close()
	rows, err := file.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	write := func(row int, cells ...any) error {
		cell, err := excelize.CoordinatesToCellName(1, row)
		if err != nil {
			return err
		}
		return rows.SetRow(cell, cells)
	}
	var head []any
	for name := range strings.SplitSeq(classListHead, ",") {
		head = append(head, name)
	}
	if err := errors.Join(write(1, "DANH SÁCH HỌC SINH (MINH HỌA)"), write(2, head...)); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(5, 9))
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	families := []string{"Lò", "Quàng", "Cà", "Sùng", "Giàng", "Vừ", "Lường", "Tòng", "Mùa", "Thào"}
	givens := []string{"Ánh", "Bình", "Chính", "Dua", "Giang", "Hạnh", "Hương", "Lả", "Mỷ", "Nga", "Ơn", "Páo", "Súa", "Tủa", "Vân", "Xuân"}
	ethnic := []string{"Thái", "Mông", "Khơ Mú", "Kinh", "Kháng"}
	for i := range children {
		class := i / 35
		p := places[class%len(places)]
		h := p.homes[r.IntN(len(p.homes))]
		family, sex, middle := pick(families), "Nam", "Văn"
		if r.IntN(2) == 0 {
			sex, middle = "Nữ", "Thị"
		}
		var grade int
		fmt.Sscan(p.grade, &grade)
		born := day.Date(w.year-5-grade, 1, 1).Add(r.IntN(365))
		name := p.grade + "Z" + fmt.Sprint(class/len(places)+1)
		err := write(i+3, i+1, fmt.Sprintf("98%08d", i), family+" "+middle+" "+pick(givens)+" "+pick(givens), born.Vietnamese(), sex, pick(ethnic), "Đang học",
			fmt.Sprintf("010%07d", i), h.Commune, h.Village, "Tỉnh Điện Biên", h.Commune, h.Village+", "+h.Commune, "", "", "",
			family+" Văn "+pick(givens), "Làm ruộng", 1975+r.IntN(15), pick(families)+" Thị "+pick(givens), "Làm ruộng", 1977+r.IntN(15),
			name, "Khối "+p.grade, fmt.Sprintf("98%010d", i), p.school)
		if err != nil {
			return err
		}
	}
	if err := rows.Flush(); err != nil {
		return err
	}
	return file.SaveAs(path)
}

// onlyRead reads every cell of a spreadsheet by the library and does nothing with it: the floor of an import.
func onlyRead(path string) error {
	file, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: 16 << 20})
	if err != nil {
		return err
	}
	rows, err := file.Rows(file.GetSheetName(0))
	if err != nil {
		return err
	}
	cells := 0
	for rows.Next() {
		row, err := rows.Columns()
		if err != nil {
			return err
		}
		cells += len(row)
	}
	fmt.Println(cells)
	return errors.Join(rows.Close(), file.Close())
}

// ran is what a process used.
type ran struct {
	wall, cpu time.Duration
	peak      float64 // MB resident, looked at twenty times a second
	out       []byte
}

func runProcess(name string, args ...string) (r ran, err error) {
	command := exec.Command(name, args...)
	var out bytes.Buffer
	command.Stdout = &out
	began := time.Now()
	if err := command.Start(); err != nil {
		return r, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	// Not the kernel's own account of the process: that begins with what this one had when it made it.
	for look := time.Tick(50 * time.Millisecond); ; {
		select {
		case err = <-ended:
			r.wall, r.out = time.Since(began), out.Bytes()
			r.cpu = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
			if err != nil {
				err = fmt.Errorf("%w: %.300s", err, r.out)
			}
			return r, err
		case <-look:
			r.peak = max(r.peak, resident(command.Process.Pid, "VmHWM:"))
		}
	}
}

// resident reads a line of the memory of a process, in MB; 0 when it has gone.
func resident(pid int, line string) (mb float64) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), line)
	if _, err := fmt.Sscan(rest, &mb); err != nil {
		return 0
	}
	return mb / 1024
}

// product builds the product's binary once for a run.
func (f folders) product() (string, error) {
	path := f.at("ralop")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	out, err := exec.Command("go", "build", "-o", path, "./cmd/ralop").CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, out)
	}
	return path, err
}

// measureImport imports a long list: alone, against only reading it, and while roll calls come in.
func measureImport(ctx context.Context, o options, f folders, t *table) (err error) {
	say("importing %d pupils", o.Pupils)
	w, err := reopen(ctx, o, f.at("story"), "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	list := f.at("list.xlsx")
	if err := w.writeList(ctx, list, o.Pupils); err != nil {
		return err
	}
	product, err := f.product()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	read, err := runProcess(self, "read", list)
	if err != nil {
		return err
	}
	got, err := runProcess(product, "--data", f.at("import"), "--json", "import", "students", list)
	if err != nil {
		return err
	}
	var result struct {
		Counts  struct{ New int }
		Refused int
	}
	if err := json.Unmarshal(got.out, &result); err != nil || result.Counts.New != o.Pupils {
		return fmt.Errorf("%d of %d pupils went in, %d refused: %w", result.Counts.New, o.Pupils, result.Refused, err)
	}
	share := read.wall.Seconds() / got.wall.Seconds() * 100
	t.add("import", fmt.Sprintf("import of %d pupils from xlsx, matched, by the command line", o.Pupils), "≥ 50 % of the speed of only reading",
		fmt.Sprintf("%.1f s (%.0f rows/s, %.1f s of processors); only reading %.1f s", got.wall.Seconds(), float64(o.Pupils)/got.wall.Seconds(), got.cpu.Seconds(), read.wall.Seconds()),
		fmt.Sprintf("%.0f %%", share), share >= 50)
	t.add("import-memory", "its memory at the highest", "≤ 300 MB", fmt.Sprintf("%.0f MB; only reading %.0f MB", got.peak, read.peak), "–", got.peak <= 300)
	return w.submitWhileImporting(ctx, list, t)
}

// provincePupils is the list of a highland province.
const provincePupils = 140_000

// importProvince imports a province's list into an empty year of a district, and weighs it.
func importProvince(ctx context.Context, o options, f folders, t *table) error {
	if o.Pupils == usualPupils {
		o.Pupils = provincePupils
	}
	w, err := tell(ctx, o, f.at("story"), "")
	if err != nil {
		return err
	}
	if err := errors.Join(w.close(), copyDatabase(f.at("story"), f.at("import")), copyDatabase(f.at("story"), f.at("killed"))); err != nil {
		return err
	}
	if err := measureImport(ctx, o, f, t); err != nil {
		return err
	}
	return killedImport(ctx, w.app.Realm, o, f, t)
}

// Who is there of the invented list, and how many of them twice.
const sqlListed = `SELECT COUNT(*), COUNT(*) - COUNT(DISTINCT code) FROM pupil WHERE realm = $1 AND code LIKE '98%'`

// killedImport imports the list again elsewhere, kills the process when about half is written, and lets another go on.
func killedImport(ctx context.Context, realm int, o options, f folders, t *table) error {
	say("killing an import")
	product, list, dir := f.at("ralop"), f.at("list.xlsx"), f.at("killed")
	command := exec.Command(product, "--data", dir, "--json", "import", "students", list)
	if err := command.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	type listed struct {
		Run, State      string
		Position, Total int64
		Counts          struct{ New, Refused int }
	}
	last := func() (listed, error) {
		var runs []listed
		got, err := runProcess(product, "--data", dir, "--json", "import", "list", "--limit", "1")
		if err == nil {
			err = json.Unmarshal(got.out, &runs)
		}
		if err != nil || len(runs) == 0 {
			return listed{}, err
		}
		return runs[0], nil
	}
	there := func() (n struct{ All, Twice int }, err error) {
		s, err := store.Open(ctx, store.Config{Dir: dir})
		if err != nil {
			return n, err
		}
		err = s.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			n, err = store.One[struct{ All, Twice int }](ctx, tx, sqlListed, realm)
			return err
		})
		return n, errors.Join(err, s.Close())
	}
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("the import ended before it was killed: %w", err)
		case <-time.After(500 * time.Millisecond):
		}
		if n, err := there(); err != nil {
			return err
		} else if n.All > o.Pupils/3 {
			break
		}
	}
	if err := command.Process.Kill(); err != nil {
		return err
	}
	<-ended
	run, err := last()
	if err != nil {
		return err
	}
	half, err := there()
	if err != nil {
		return err
	}
	resumed, err := runProcess(product, "--data", dir, "--json", "import", "resume", run.Run)
	if err != nil {
		return err
	}
	run, err = last()
	if err != nil {
		return err
	}
	all, err := there()
	if err != nil {
		return err
	}
	t.add("import-killed", "the same, killed while it wrote (SIGKILL) and taken up by another process", "complete, once",
		fmt.Sprintf("%d of %d were there when it was killed; after %.1f s more: %d new by its own count, %d there, %d twice, %d refused",
			half.All, o.Pupils, resumed.wall.Seconds(), run.Counts.New, all.All, all.Twice, run.Counts.Refused),
		"–", all.All == o.Pupils && all.Twice == 0 && run.State == "done")
	return nil
}

// submitWhileImporting sends roll calls at 100/s, first alone, then while the list goes in beside them.
func (w *world) submitWhileImporting(ctx context.Context, list string, t *table) (err error) {
	say("submitting while importing")
	sheets, err := w.sheets(ctx)
	if err != nil {
		return err
	}
	s, err := w.serve(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	const rate, seconds = 100, 5
	p := &plan{rest: sheets}
	send := func() (answered, error) {
		a, _, err := s.send(p.take(rate*seconds), clients, rate)
		return a, errors.Join(err, p.err)
	}
	if _, err := send(); err != nil { // warms up
		return err
	}
	idle, err := send()
	if err != nil {
		return err
	}
	var ended atomic.Bool
	failed := make(chan error, 1)
	began, took := time.Now(), time.Duration(0)
	debug.FreeOSMemory() // what only this program needed to make the list is not the import's
	alone, most := resident(os.Getpid(), "VmRSS:"), highest()
	go func() {
		defer ended.Store(true)
		failed <- w.importList(ctx, list)
		took = time.Since(began)
	}()
	var during []time.Duration
	for !ended.Load() && len(p.rest) >= rate*seconds {
		a, err := send()
		if err != nil {
			return errors.Join(err, <-failed)
		}
		during = append(during, a.Latencies...)
	}
	if err := <-failed; err != nil {
		return err
	}
	_, before := percentiles(idle.Latencies)
	p50, p99 := percentiles(during)
	t.add("submit-importing", "latency at 100/s while the list is imported in the same process, SQLite", "p99 ≤ 100 ms",
		fmt.Sprintf("p50 %s ms, p99 %s ms over %d roll calls; import %.1f s", number(p50), number(p99), len(during), took.Seconds()),
		fmt.Sprintf("p99 alone %s ms", number(before)), p99 <= 100)
	peak := most()
	t.add("submit-importing-memory", "memory of that process, with what sends the roll calls", "≤ 300 MB more than alone", fmt.Sprintf("%.0f MB at the highest", peak), fmt.Sprintf("alone %.0f MB", alone), peak <= alone+300)
	return nil
}

// importList lets the workers of the product take a list in, as an upload on a page does.
func (w *world) importList(ctx context.Context, list string) error {
	file, err := os.Open(list)
	if err != nil {
		return err
	}
	defer file.Close()
	who := w.app.System()
	run, err := exchange.Upload(ctx, w.app.Store, who, exchange.UploadIn{Kind: "students", Place: intake.Place{Kind: string(access.RealmKind)}, Name: filepath.Base(list), Content: file,
		Asked: exchange.Asked{Settings: map[string]string{"year": strconv.Itoa(w.year)}}})
	if err != nil {
		return err
	}
	err = w.app.Store.Write(ctx, func(ctx context.Context, tx *store.Tx) error { return exchange.CommitUnseen(ctx, tx, who, run.ID) })
	for waits := true; err == nil && waits; waits = !run.Ended() {
		time.Sleep(200 * time.Millisecond)
		err = w.app.Store.Read(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
			run, err = intake.Find(ctx, tx, who.Realm, run.ID)
			return err
		})
	}
	if err == nil && (run.State != intake.Done || run.Counts.New != run.Counts.Rows) {
		err = fmt.Errorf("%s: %d of %d rows went in", run.State, run.Counts.New, run.Counts.Rows)
		if f := run.Fault(); f != nil {
			err = errors.Join(err, f)
		}
	}
	return err
}

// highest looks at the memory of this process until it is asked what the highest was, in MB resident.
func highest() func() float64 {
	ended, peak := make(chan struct{}), make(chan float64)
	go func() {
		look, most := time.NewTicker(50*time.Millisecond), 0.0
		defer look.Stop()
		for {
			select {
			case <-look.C:
				most = max(most, resident(os.Getpid(), "VmRSS:"))
			case <-ended:
				peak <- most
				return
			}
		}
	}()
	return func() float64 {
		close(ended)
		return <-peak
	}
}
