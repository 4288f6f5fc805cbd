package exchange_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"ralop/internal/day"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/paper"
	"ralop/internal/student"
	"ralop/internal/transfer"
)

const archivePassword = "ABCD-EFGH-IJKL-MNOP-QRST"

// archived is a child's archive, locked.
func archived(t *testing.T, watermark string) []byte {
	t.Helper()
	a := transfer.Archive{
		Child: student.Exported{ListedPupil: student.ListedPupil{Name: "Lò Thị Ẳng", Grade: "8", ClassName: "8A"}, Village: "Bản Lúm", Commune: "Xã Mường Mùn", Province: "Tỉnh Điện Biên",
			Person:    student.Person{Name: "Lò Thị Ẳng", Sex: "F", Born: day.MustParse("2006-03-04"), Code: "0012345678", NationalID: "011306000001", Ethnicity: "thai", Birthplace: "=1+1", Phone: "0912000001"},
			Guardians: []student.Guardian{{Relation: "mother", Name: "Lò Thị Mẹ", BornYear: 1985}}},
		Sheets: []transfer.Sheet{{Name: "Chuyên cần", Heads: []string{"Tháng", "Nghỉ có phép (buổi)"}, Rows: [][]paper.Cell{{paper.Text("05/2020"), paper.Int(3)}}}},
	}
	var file bytes.Buffer
	must(t, exchange.WriteArchive(&file, a, watermark, archivePassword))
	return file.Bytes()
}

func unlock(content []byte, password string) (plain []byte, err error) {
	opened, size, err := exchange.Unlock("ho-so.xlsx", bytes.NewReader(content), int64(len(content)), password)
	if err != nil {
		return nil, err
	}
	plain = make([]byte, size)
	_, err = opened.ReadAt(plain, 0)
	return plain, err
}

// The archive is a compound file that only the password opens, and what is in it is read as
// a class list without a mapping.
func TestAnArchiveIsLockedAndReadBack(t *testing.T) {
	for _, watermark := range []string{"", "DỮ LIỆU MINH HỌA"} {
		locked := archived(t, watermark)
		if !bytes.HasPrefix(locked, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")) || bytes.Contains(locked, []byte("PK\x03\x04")) || bytes.Contains(locked, []byte("sheet1.xml")) {
			t.Fatal("the file is not locked")
		}
		if folder := os.Getenv("RALOP_PAPERS"); folder != "" { // to be opened in an office program
			must(t, os.WriteFile(filepath.Join(folder, "archive.xlsx"), locked, 0o600))
		}
		if again := archived(t, watermark); bytes.Equal(locked, again) {
			t.Error("two locks have the same salt")
		}
		for given, code := range map[string]string{"": "exchange.locked-file", "ABCD-EFGH-IJKL-MNOP-QRSU": "exchange.wrong-password", strings.ToLower(archivePassword): "exchange.wrong-password"} {
			if _, err := unlock(locked, given); !fault.HasCode(err, code) {
				t.Errorf("%q: %v, want %s", given, err, code)
			} else if f, _ := fault.Of(err); f.Field != "password" {
				t.Errorf("%q: the fault is of %q", given, f.Field)
			}
		}
		if _, err := open(t, "ho-so.xlsx", locked); !fault.HasCode(err, "exchange.locked-file") {
			t.Errorf("opened as it is: %v", err)
		}
		plain, err := unlock(locked, archivePassword)
		must(t, err)

		f, err := excelize.OpenReader(bytes.NewReader(plain))
		must(t, err)
		defer f.Close()
		if got := f.GetSheetList(); !slices.Equal(got, []string{"Học sinh", "Chuyên cần"}) {
			t.Errorf("sheets %v", got)
		}
		if formula, err := f.GetCellFormula("Học sinh", "I2"); err != nil || formula != "" {
			t.Errorf("a birthplace became the formula %q, %v", formula, err)
		}

		b, err := open(t, "ho-so.xlsx", plain)
		must(t, err)
		seen, err := b.Recognise(exchange.StudentFields(), exchange.Layout{})
		must(t, err)
		if len(seen.Missing) > 0 || !seen.Parts[0].Chosen {
			t.Fatalf("recognised as %+v", seen)
		}
		reading, err := b.Read(seen.Layout, exchange.StudentFields())
		must(t, err)
		rows := 0
		for row, err := range reading.Rows() {
			must(t, err)
			if line := strings.Join(row.Cells, "|"); !strings.Contains(line, "0012345678|Lò Thị Ẳng|") || !strings.Contains(line, "|Chuyển đến|0912000001|=1+1|Bản Lúm|") {
				t.Errorf("read %q", line)
			}
			rows++
		}
		if rows != 1 {
			t.Errorf("%d rows", rows)
		}
	}
}

// A workbook that LibreOffice 7.4 locked (standard encryption), and one locked as Excel does
// (agile: AES-256, SHA-512).
func TestALockedWorkbookOfAnOfficeIsOpened(t *testing.T) {
	office, err := os.ReadFile(filepath.Join("testdata", "locked.xlsx"))
	must(t, err)
	list := []byte(workbook(t, func(f *excelize.File) {
		put(t, f, "Sheet1", 1, []any{"Họ tên", "Ngày sinh", "Giới tính", "Lớp"}, []any{"Lò Văn Khóa", "03/04/2006", "Nam", "8A"})
	}))
	for name, content := range map[string][]byte{"office": office, "agile": agile(t, list, "Mường Mùn 2020", 1000)} {
		plain, err := unlock(content, "Mường Mùn 2020")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b, err := open(t, "danh-sach.xlsx", plain)
		must(t, err)
		seen, err := b.Recognise(exchange.StudentFields(), exchange.Layout{})
		must(t, err)
		if len(seen.Missing) > 0 {
			t.Errorf("%s: recognised as %+v", name, seen)
		}
		if _, err := unlock(content, "Muong Mun 2020"); !fault.HasCode(err, "exchange.wrong-password") {
			t.Errorf("%s, another password: %v", name, err)
		}
	}
}

// agile locks a workbook as [MS-OFFCRYPTO] 2.3.4.10 says, with as many rounds as are asked for.
func agile(t testing.TB, plain []byte, password string, spins int) []byte {
	t.Helper()
	salt, key := bytes.Repeat([]byte{7}, 16), bytes.Repeat([]byte{9}, 32)
	sum := func(parts ...[]byte) []byte { h := sha512.Sum512(bytes.Join(parts, nil)); return h[:] }
	number := func(i int) []byte { return binary.LittleEndian.AppendUint32(nil, uint32(i)) }
	cbc := func(key, iv, text []byte) []byte {
		text = append(slices.Clone(text), make([]byte, (16-len(text)%16)%16)...)
		block, err := aes.NewCipher(key)
		if err != nil {
			t.Fatal(err)
		}
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(text, text)
		return text
	}
	var wide []byte
	for _, unit := range utf16.Encode([]rune(password)) {
		wide = binary.LittleEndian.AppendUint16(wide, unit)
	}
	h := sum(salt, wide)
	for i := range min(spins, 1000) {
		h = sum(number(i), h)
	}
	wrapped := cbc(sum(h, []byte{0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6})[:32], salt, key)
	locked := binary.LittleEndian.AppendUint64(nil, uint64(len(plain)))
	for i := 0; i*4096 < len(plain); i++ {
		locked = append(locked, cbc(key, sum(salt, number(i))[:16], plain[i*4096:min(len(plain), (i+1)*4096)])...)
	}
	text := func(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
	data := `saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="` + text(salt) + `"`
	info := "\x04\x00\x04\x00\x40\x00\x00\x00" + `<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData ` + data +
		`/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="` + strconv.Itoa(spins) + `" ` + data +
		` encryptedKeyValue="` + text(wrapped) + `"/></keyEncryptor></keyEncryptors></encryption>`
	return compound(map[string][]byte{"EncryptionInfo": []byte(info), "EncryptedPackage": locked}, "EncryptionInfo", "EncryptedPackage")
}

// compound writes streams, each padded to 4096 bytes at least, as an OLE file of one FAT sector.
func compound(streams map[string][]byte, names ...string) []byte {
	const sector, end, free = 512, 0xfffffffe, 0xffffffff
	entry := func(name string, kind byte, right, child, start uint32, size int) []byte {
		e := make([]byte, 128)
		for i, unit := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(e[i*2:], unit)
		}
		binary.LittleEndian.PutUint16(e[64:], uint16(2*len(name)+2))
		e[66], e[67] = kind, 1
		for i, link := range []uint32{free, right, child} {
			binary.LittleEndian.PutUint32(e[68+4*i:], link)
		}
		binary.LittleEndian.PutUint32(e[116:], start)
		binary.LittleEndian.PutUint32(e[120:], uint32(size))
		return e
	}
	fat := []uint32{0xfffffffd, end} // sector 0 is the FAT, sector 1 the directory
	directory := entry("Root Entry", 5, free, 1, end, 0)
	var body []byte
	for i, name := range names {
		content := streams[name]
		if name == "EncryptionInfo" { // spaces behind the description
			content = append(content, bytes.Repeat([]byte(" "), max(0, 4096-len(content)))...)
		}
		size := len(content)
		content = append(content, make([]byte, max(4096, (size+sector-1)/sector*sector)-size)...)
		next := uint32(free)
		if i+1 < len(names) {
			next = uint32(i + 2)
		}
		directory = append(directory, entry(name, 2, next, free, uint32(len(fat)), size)...)
		for range len(content)/sector - 1 {
			fat = append(fat, uint32(len(fat)+1))
		}
		fat = append(fat, end)
		body = append(body, content...)
	}
	head := make([]byte, sector)
	copy(head, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	for at, v := range map[int]uint16{24: 0x3e, 26: 3, 28: 0xfffe, 30: 9, 32: 6} {
		binary.LittleEndian.PutUint16(head[at:], v)
	}
	for at, v := range map[int]uint32{44: 1, 48: 1, 56: 4096, 60: end, 68: end} {
		binary.LittleEndian.PutUint32(head[at:], v)
	}
	for i := range 109 {
		binary.LittleEndian.PutUint32(head[76+4*i:], min(uint32(i)*free, free))
	}
	for range 128 - len(fat) {
		fat = append(fat, free)
	}
	for _, link := range fat {
		head = binary.LittleEndian.AppendUint32(head, link)
	}
	return append(append(head, append(directory, make([]byte, sector-len(directory))...)...), body...)
}

// What a file says of its own lock is not believed: keys that take minutes, parts larger
// than the file, one part twice, torn files.
func TestLocksThatAreTraps(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("testdata", "locked.xlsx"))
	must(t, err)
	changed := func(at int, bytes ...byte) []byte {
		c := slices.Clone(content)
		copy(c[at:], bytes)
		return c
	}
	sized := bytes.Index(content, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"))
	if sized < 0 {
		t.Fatal("no package in the directory")
	}
	twice := compound(map[string][]byte{"EncryptionInfo": []byte("\x04\x00\x04\x00\x40\x00\x00\x00<encryption/>"), "EncryptedPackage": make([]byte, 5000)}, "EncryptionInfo", "EncryptedPackage", "EncryptedPackage")
	for name, c := range map[string][]byte{
		"slow key": agile(t, []byte("PK"), "x", 2_000_000_000), "twice": twice, "mini FAT": changed(64, 0xff, 0xff, 0xff, 0x0f), "FAT": changed(44, 0xff, 0xff, 0xff, 0x0f),
		"directory": changed(40, 0xff, 0xff, 0xff, 0x7f), "DIFAT": changed(72, 0xff, 0xff, 0xff, 0x0f), "huge package": changed(sized+120, 0xff, 0xff, 0xff, 0x7f),
	} {
		if _, err := unlock(c, "x"); !fault.HasCode(err, "exchange.bad-lock") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for n := len(content) - 1; n > 0; n = n * 3 / 4 { // torn off anywhere: a fault or a table, never a crash
		if plain, err := unlock(content[:n], "Mường Mùn 2020"); err == nil {
			readAll(t, "x.xlsx", plain)
		}
	}
	old := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	if same, err := unlock(old, "x"); err != nil || !bytes.Equal(same, old) {
		t.Errorf("an old file: %v", err)
	}
}

func FuzzLock(f *testing.F) {
	plain := []byte("PK\x03\x04" + strings.Repeat(" ", 600))
	for _, password := range []string{"x", "y"} { // few rounds: what is tried is the file, not the key
		f.Add(agile(f, plain, password, 3))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if plain, err := unlock(content, "x"); err == nil {
			readAll(t, "x.xlsx", plain)
		}
	})
}
