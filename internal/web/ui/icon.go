package ui

import (
	"context"
	"fmt"
	"io"

	"github.com/a-h/templ"
)

// Icon names one of our own line drawings, 24 × 24. The zero Icon draws nothing.
type Icon string

// The drawings. Each is decoration: the word beside it carries the meaning.
const (
	IconToday     Icon = "today"
	IconPupils    Icon = "pupils"
	IconVisit     Icon = "visit"
	IconFlag      Icon = "flag"
	IconReport    Icon = "report"
	IconSettings  Icon = "settings"
	IconSearch    Icon = "search"
	IconPerson    Icon = "person"
	IconCalendar  Icon = "calendar"
	IconLeft      Icon = "left"
	IconRight     Icon = "right"
	IconUp        Icon = "up"
	IconDown      Icon = "down"
	IconCheck     Icon = "check"
	IconCross     Icon = "cross"
	IconWarning   Icon = "warning"
	IconInfo      Icon = "info"
	IconClock     Icon = "clock"
	IconPhone     Icon = "phone"
	IconPrint     Icon = "print"
	IconDownload  Icon = "download"
	IconUpload    Icon = "upload"
	IconPlus      Icon = "plus"
	IconPencil    Icon = "pencil"
	IconLock      Icon = "lock"
	IconUnlock    Icon = "unlock"
	IconPin       Icon = "pin"
	IconBell      Icon = "bell"
	IconFilter    Icon = "filter"
	IconTrash     Icon = "trash"
	IconEye       Icon = "eye"
	IconSend      Icon = "send"
	IconUndo      Icon = "undo"
	IconExit      Icon = "exit"
	IconSun       Icon = "sun"
	IconMoon      Icon = "moon"
	IconHalf      Icon = "half"
	IconSeal      Icon = "seal"
	IconMap       Icon = "map"
	IconTable     Icon = "table"
	IconRing      Icon = "ring"
	IconDot       Icon = "dot"
	IconRise      Icon = "rise"
	IconFall      Icon = "fall"
	IconLevel     Icon = "level"
	IconMore      Icon = "more"
	IconSchool    Icon = "school"
	IconLetter    Icon = "letter"
	IconBuildings Icon = "buildings"
)

var drawings = map[Icon]string{
	IconToday:     `<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4m-7.5 8 2.5 2.5 4.5-4.5"/>`,
	IconPupils:    `<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.3-3.8 2.9-6 6.5-6s6.2 2.2 6.5 6M15.5 4.9a3.5 3.5 0 0 1 0 6.3M18 14.8c2.1.9 3.3 2.7 3.5 5.2"/>`,
	IconVisit:     `<path d="M3 11.5 12 4l9 7.5M5.5 9.6V20h13V9.6"/><path d="M12 17.2c-1.7-1-2.8-2-2.8-3.3a1.5 1.5 0 0 1 2.8-.7 1.5 1.5 0 0 1 2.8.7c0 1.3-1.1 2.3-2.8 3.3z"/>`,
	IconFlag:      `<path d="M5 21V4M5 4.5c4-2 6.5 2 10.5 1 1.5-.4 2.5-.9 3.5-1.5v9c-1 .6-2 1.1-3.5 1.5-4 1-6.5-3-10.5-1"/>`,
	IconReport:    `<path d="M6 3h8.5L19 7.5V21H6zM14 3v5h5"/><path d="M9.5 17.5v-3M12.5 17.5v-6M15.5 17.5v-2"/>`,
	IconSettings:  `<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>`,
	IconSearch:    `<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>`,
	IconPerson:    `<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.4-4 3.3-6.5 7.5-6.5s7.1 2.5 7.5 6.5"/>`,
	IconCalendar:  `<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 3v4M16 3v4"/>`,
	IconLeft:      `<path d="m14.5 5-7 7 7 7"/>`,
	IconRight:     `<path d="m9.5 5 7 7-7 7"/>`,
	IconUp:        `<path d="M12 19V5m-6 6 6-6 6 6"/>`,
	IconDown:      `<path d="M12 5v14m-6-6 6 6 6-6"/>`,
	IconCheck:     `<path d="m4.5 12.5 5 5 10-11"/>`,
	IconCross:     `<path d="m6 6 12 12M18 6 6 18"/>`,
	IconWarning:   `<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.3v.1"/>`,
	IconInfo:      `<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>`,
	IconClock:     `<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.5 2"/>`,
	IconPhone:     `<path d="M6 3.5h3l1.5 4.5-2 1.5a12 12 0 0 0 6 6l1.5-2 4.5 1.5v3a2 2 0 0 1-2.2 2C10.5 19.5 4.5 13.5 4 5.7A2 2 0 0 1 6 3.5z"/>`,
	IconPrint:     `<path d="M7 8.5V3.5h10v5M7 17H4.5A1.5 1.5 0 0 1 3 15.5v-5A2 2 0 0 1 5 8.5h14a2 2 0 0 1 2 2v5a1.5 1.5 0 0 1-1.5 1.5H17"/><path d="M7 14h10v6.5H7z"/>`,
	IconDownload:  `<path d="M12 4v11m-5-4.5 5 5 5-5M4 20h16"/>`,
	IconUpload:    `<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>`,
	IconPlus:      `<path d="M12 5v14M5 12h14"/>`,
	IconPencil:    `<path d="m4 20 1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5l3.5 3.5"/>`,
	IconLock:      `<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>`,
	IconUnlock:    `<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 7.7-1.5"/>`,
	IconPin:       `<path d="M12 21s-6.5-5.7-6.5-11a6.5 6.5 0 0 1 13 0c0 5.3-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.3"/>`,
	IconBell:      `<path d="M5.5 17c1.3-1.3 1.5-3 1.5-6a5 5 0 0 1 10 0c0 3 .2 4.7 1.5 6zM10 20a2.2 2.2 0 0 0 4 0"/>`,
	IconFilter:    `<path d="M3.5 6h17M7 12h10M10 18h4"/>`,
	IconTrash:     `<path d="M4.5 6.5h15M9.5 6.5V4h5v2.5M6.5 6.5l1 14h9l1-14M10.5 10.5v6M13.5 10.5v6"/>`,
	IconEye:       `<path d="M2.5 12C4.5 8 8 5.8 12 5.8S19.5 8 21.5 12c-2 4-5.5 6.2-9.5 6.2S4.5 16 2.5 12z"/><circle cx="12" cy="12" r="3"/>`,
	IconSend:      `<path d="M3.5 11.5 20.5 4l-6 17-3-7.5zM11.5 13.5l9-9.5"/>`,
	IconUndo:      `<path d="M8.5 5 4 9.5 8.5 14"/><path d="M4 9.5h10a5.5 5.5 0 0 1 0 11h-4"/>`,
	IconExit:      `<path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9"/>`,
	IconSun:       `<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"/>`,
	IconMoon:      `<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>`,
	IconHalf:      `<circle cx="12" cy="12" r="8.5"/><path d="M12 3.5v17a8.5 8.5 0 0 0 0-17z" fill="currentColor"/>`,
	IconSeal:      `<circle cx="12" cy="9.5" r="6"/><path d="m8.5 14.5-1.5 7 5-2.5 5 2.5-1.5-7M9.8 9.5l1.7 1.7 2.9-3.2"/>`,
	IconMap:       `<path d="m3.5 6.5 5.5-2.5 6 2.5 5.5-2.5v13.5L15 20l-6-2.5L3.5 20zM9 4v13.5M15 6.5V20"/>`,
	IconTable:     `<rect x="3.5" y="4.5" width="17" height="15" rx="2"/><path d="M3.5 10h17M3.5 14.8h17M10 10v9.5"/>`,
	IconRing:      `<circle cx="12" cy="12" r="7"/>`,
	IconDot:       `<circle cx="12" cy="12" r="6" fill="currentColor"/>`,
	IconRise:      `<path d="m4 16.5 6-6 4 4 6.5-7M15 7.5h5.5V13"/>`,
	IconFall:      `<path d="m4 7.5 6 6 4-4 6.5 7M15 16.5h5.5V11"/>`,
	IconLevel:     `<path d="M4 12h16"/>`,
	IconMore:      `<path d="M5 12v.1M12 12v.1M19 12v.1" stroke-width="3"/>`,
	IconSchool:    `<path d="M3.5 20.5h17M5.5 20.5V10l6.5-4 6.5 4v10.5M10 20.5v-5h4v5M12 6V2.5h4"/><path d="M12 10.7v.1"/>`,
	IconLetter:    `<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="m4 7 8 6.5L20 7"/>`,
	IconBuildings: `<path d="M3.5 20.5h17M5.5 20.5V8.5l7-3.5v15.5M12.5 10.5h6v10M8.5 11.5v.1M8.5 15.5v.1M15.5 14v.1M15.5 17v.1"/>`,
}

// Draw draws the icon, hidden from screen readers.
func (i Icon) Draw() templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		if i == "" {
			return nil
		}
		_, err := fmt.Fprintf(w, `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">%s</svg>`, drawings[i])
		return err
	})
}
