package student

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"ralop/internal/access"
	"ralop/internal/door"
	"ralop/internal/exchange"
	"ralop/internal/fault"
	"ralop/internal/id"
	"ralop/internal/paper"
	"ralop/internal/store"
	"ralop/internal/student"
	"ralop/internal/transfer"
	"ralop/internal/web/ui"
	"ralop/internal/web/ui/frame"
)

// leavingAddress is an offer as the school that made it sees it.
func leavingAddress(school, offer id.ID) string {
	return frame.SchoolAddress(school) + "/chuyen-di/" + offer.String()
}

// letterFormats are the files that a letter comes as.
var letterFormats = []paper.Format{paper.FormatDocx, paper.FormatPDF}

// openLeaving shows an offer to the school that made it, with the papers that go along.
func openLeaving(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	return openLeavingAgain(ctx, tx, r, nil)
}

func openLeavingAgain(ctx context.Context, tx *store.Tx, r *door.Request, faults fault.List) (door.Answer, error) {
	school, offer, err := offerOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	t, rule, err := student.TransferFrom(ctx, tx, r.Who, school, offer)
	if err != nil {
		return door.Answer{}, err
	}
	r.Look(access.Pupil(t.Pupil), rule, "")
	c := frame.Chrome(r, frame.Pupils, t.Name)
	_, place, err := frame.PlaceOfSchool(ctx, tx, r.Who, school, r.Today)
	if err != nil {
		return door.Answer{}, err
	}
	c.Place = append(place, ui.Crumb{Label: r.T("pupils.waiting"), URL: frame.SchoolAddress(school) + "/tiep-nhan"})
	to := t.To
	if t.ToSchool == 0 {
		to = r.T("transfer.outside")
	}
	c.Lead = r.T("transfer.lead", "class", t.ClassName, "to", to, "day", t.LeftOn.Vietnamese())
	tone := ui.Plain
	if t.State == student.TransferAccepted || t.State == student.TransferConfirmed {
		tone = ui.Green
	}
	parts := []templ.Component{frame.Box("actions", ui.Badge{Label: r.T("identity.offer_state-" + t.State), Tone: tone}.Draw(), openBadge(r, t))}
	if _, _, err := student.LeavingOf(ctx, tx, r.Who, school, offer); fault.Is(err, fault.Locked) {
		parts = append(parts, ui.Empty{Icon: ui.IconCheck, Title: r.T("transfer.closed"), Text: r.T("identity.papers-closed", "days", student.PapersDays)}.Draw())
		return door.Page(frame.In(ui.Page(c), parts...)), nil
	} else if err != nil {
		return door.Answer{}, err
	}
	return door.Page(frame.In(ui.Page(c), append(parts, frame.Box("stack", letterCard(r, t), archiveCard(r, t, faults)))...)), nil
}

// papersLink leads from the list of those who left to what goes with them.
func papersLink(r *door.Request, t student.Transfer) templ.Component {
	if t.ID == 0 {
		return templ.NopComponent
	}
	return templ.Join(ui.Link(leavingAddress(t.FromSchool, t.ID), r.T("transfer.papers")), ui.Text(" "))
}

func openBadge(r *door.Request, t student.Transfer) templ.Component {
	if !t.Open() {
		return templ.NopComponent
	}
	return dueBadge(r, t)
}

func letterCard(r *door.Request, t student.Transfer) templ.Component {
	signer := "transfer.signed-school"
	if transfer.CommuneSigns(t.Level, r.Today) {
		signer = "transfer.signed-commune"
	}
	var buttons []ui.Button
	for _, f := range letterFormats {
		buttons = append(buttons, ui.Button{Label: r.T("transfer.letter-" + string(f)), URL: leavingAddress(t.FromSchool, t.ID) + "/giay-gioi-thieu/" + string(f), Icon: ui.IconDownload, Download: true})
	}
	return frame.In(ui.Card(r.T("transfer.letter")), frame.Words(r.T(signer)), frame.Quietly(r.T("transfer.letter_text")), ui.Actions(buttons...))
}

// archiveCard shows the password of the file before the file is made: whoever asks for the
// file sends it back with the form, and nobody keeps it. Every opening of the page makes another.
func archiveCard(r *door.Request, t student.Transfer, faults fault.List) templ.Component {
	var mistakes []ui.Mistake
	password := ui.Field{Name: "password", Label: r.T("transfer.password"), Value: transfer.NewPassword(), Help: r.T("transfer.password_help"), ReadOnly: true, Complete: "off",
		Error: door.FieldError(r, faults, "password")}
	for _, f := range faults {
		mistakes = append(mistakes, ui.Mistake{Field: password.ID(), Text: door.Sentence(r.Lang, f)})
	}
	return frame.In(ui.Card(r.T("transfer.archive")), frame.Words(r.T("transfer.archive_text")), frame.Quietly(r.T("transfer.archive_without")),
		frame.Form(leavingAddress(t.FromSchool, t.ID)+"/ho-so", false, ui.Faults("", mistakes), ui.Input(password),
			ui.Actions(ui.Button{Label: r.T("transfer.take"), Kind: ui.Primary, Icon: ui.IconLock})))
}

func offerOf(r *door.Request) (school, offer id.ID, err error) {
	if school, err = r.ID("school"); err != nil {
		return 0, 0, err
	}
	offer, err = r.ID("offer")
	return school, offer, err
}

// takeLetter hands the letter out; that it left is in the audit book, and the file's name names nobody.
func takeLetter(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, offer, err := offerOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	format, known := paper.Format(r.Path("format")), false
	for _, f := range letterFormats {
		known = known || f == format
	}
	l, err := transfer.LetterOf(ctx, tx, r.Who, school, offer)
	if err != nil {
		return door.Answer{}, err
	}
	if !known {
		return door.Answer{}, fault.New(fault.NotFound, "door.unknown", nil)
	}
	if r.Config().Demonstration {
		l.Paper.Watermark = r.T("common.demonstration")
	}
	r.Export("transfer.letter", access.Pupil(l.Pupil), l.Rule, 1)
	return door.File("giay-gioi-thieu-chuyen-truong-"+r.Today.String()+"."+string(format), format.MediaType(), func(w io.Writer) error { return paper.Write(w, format, l.Paper) }), nil
}

// takeArchive hands the locked workbook out; the room writes that into the audit book.
func takeArchive(ctx context.Context, tx *store.Tx, r *door.Request) (door.Answer, error) {
	school, offer, err := offerOf(r)
	if err != nil {
		return door.Answer{}, err
	}
	a, err := transfer.ArchiveOf(ctx, tx, r.Who, school, offer)
	if err != nil {
		return door.Answer{}, err
	}
	password := r.Secret("password")
	if err := transfer.CheckPassword(password); err != nil {
		return door.Answer{}, err
	}
	watermark := ""
	if r.Config().Demonstration {
		watermark = r.T("common.demonstration")
	}
	return door.File("ho-so-chuyen-truong-"+r.Today.String()+".xlsx", paper.FormatXLSX.MediaType(), func(w io.Writer) error { return exchange.WriteArchive(w, a, watermark, password) }), nil
}
