// Package ui is the visual house: the frame of every page, the parts that pages are
// made of, the charts, and the style sheets, fonts and scripts they need.
//
// It is on the doors floor and knows no feature: no room, no rule, no address of a
// page beyond the few named in chrome.go. A page family builds its structs, hands
// them to the components here, and adds only what is its own.
//
// Its words:
//
//   - Chrome: what stands around a page (navigation, place, time, person, notices).
//   - Tone: the meaning of a colour. Red is absence without leave or a failure, amber
//     is excused or waiting, green is done, grey is unknown.
//   - Thin: a rate whose data is too incomplete to be judged. It is grey and says so.
//   - Step: one of five shades of a map or strip, light for little.
//
// Rules that its tests hold: no style attribute, no inline script and no inline style
// (the pages are served under default-src 'self'); every svg is either named or hidden
// from screen readers; every pair of ink and ground has AA contrast in both themes;
// the first load of a page keeps the weights of the design.
//
// A page is a templ file of its own that fills the structs and wraps itself:
//
//	templ Board(c ui.Chrome, p BoardPage) {
//		@ui.Page(c) {
//			@ui.Tiles(p.Tiles...)
//			@ui.Section("don-vi", ui.T(ctx, "board.units"), "") {
//				@p.Units.Draw()
//			}
//		}
//	}
//
// In templ a call and an expression must not share a line: "@icon.Draw() { word }" would
// hand the word to the icon as its children.
//
// The language of a page travels in the context of rendering, and nothing else does:
// Page and Light set it from their Chrome, a fragment answered alone sets it with In.
package ui
