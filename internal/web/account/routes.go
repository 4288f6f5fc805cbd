package account

import (
	"time"

	"ralop/internal/access"
	"ralop/internal/account"
	"ralop/internal/door"
	"ralop/internal/web/ui"
)

// Addresses of these pages that others name.
const (
	MineAddress           = "/toi"
	ResetAddress          = "/dat-lai-mat-khau"
	ChangePasswordAddress = "/doi-mat-khau"
	DemonstrationAddress  = "/dang-nhap/minh-hoa"
	AccountsAddress       = "/quan-tri/tai-khoan"
	BookAddress           = "/quan-tri/nhat-ky"
	RulesAddress          = "/quan-tri/quyen-han"
	OpenAddress           = "/mo-ho-so"
)

// accountKind is what {account} names: a right of its own kind, asked by the room.
const accountKind access.Kind = "account"

// Routes are the addresses of this package.
func Routes() []door.Route {
	byLogin := &door.Limit{Requests: 20, Window: time.Minute, Key: func(r *door.Request) string { return account.FoldLogin(r.Value("login")) }}
	one := door.Names{"account": accountKind}
	return []door.Route{
		{Method: "GET", Pattern: ui.SignInAddress, Open: true, Always: true, Handler: door.Read(showSignIn)},
		{Method: "POST", Pattern: ui.SignInAddress, Open: true, Always: true, Limit: byLogin, Handler: door.Act(signIn).Or(signInAgain)},
		{Method: "POST", Pattern: DemonstrationAddress, Open: true, Always: true, Handler: door.Act(signInByClick)},
		{Method: "POST", Pattern: ui.SignOutAddress, Open: true, Always: true, Handler: door.Act(signOut)},
		{Method: "GET", Pattern: ResetAddress, Open: true, Always: true, Handler: door.Read(showReset)},
		{Method: "POST", Pattern: ResetAddress, Open: true, Always: true, Limit: byLogin, Handler: door.Act(reset).Or(resetAgain)},
		{Method: "GET", Pattern: ChangePasswordAddress, Always: true, Handler: door.Read(showChange)},
		{Method: "POST", Pattern: ChangePasswordAddress, Always: true, Handler: door.Act(change).Or(changeAgain)},
		{Method: "POST", Pattern: ui.LanguageAddress, Open: true, Always: true, Handler: door.Act(setLanguage)},
		{Method: "POST", Pattern: ui.ThemeAddress, Open: true, Always: true, Handler: door.Act(setTheme)},

		{Method: "GET", Pattern: MineAddress, Handler: door.Read(showMine)},
		{Method: "GET", Pattern: ui.ProfileAddress, Handler: door.Read(showMine)},
		{Method: "POST", Pattern: "/toi/phien/ket-thuc", Handler: door.Write(endSession)},
		{Method: "POST", Pattern: "/toi/phien/ket-thuc-het", Handler: door.Write(endOtherSessions)},
		{Method: "POST", Pattern: "/toi/mo-ho-so/{opening}/dong", Names: door.Names{"opening": ""}, Handler: door.Write(closeOpening)},

		{Method: "GET", Pattern: OpenAddress, Handler: door.Read(showOpening)},
		{Method: "POST", Pattern: OpenAddress, Action: access.OpenPupils, Handler: door.Write(openPupils).Or(openPupilsAgain)},

		{Method: "GET", Pattern: ManageAddress, Handler: door.Read(showManage)},
		{Method: "GET", Pattern: AccountsAddress, Handler: door.Read(listAccounts)},
		{Method: "GET", Pattern: AccountsAddress + ".csv", Handler: door.Read(exportAccounts)},
		{Method: "GET", Pattern: AccountsAddress + "/moi", Action: access.ManageAccounts, Handler: door.Read(showCreate)},
		{Method: "POST", Pattern: AccountsAddress + "/moi", Action: access.ManageAccounts, Handler: door.Write(create).Or(createAgain)},
		{Method: "GET", Pattern: AccountsAddress + "/{account}", Names: one, Handler: door.Read(showAccount)},
		{Method: "POST", Pattern: AccountsAddress + "/{account}/ma", Names: one, Handler: door.Write(makeCode)},
		{Method: "POST", Pattern: AccountsAddress + "/{account}/mo-cho", Names: one, Handler: door.Write(unlock)},
		{Method: "POST", Pattern: AccountsAddress + "/{account}/khoa", Names: one, Action: access.ManageAccounts, Handler: door.Write(disable)},
		{Method: "POST", Pattern: AccountsAddress + "/{account}/quyen", Names: one, Action: access.GiveGrants, Handler: door.Write(give).Or(giveAgain)},
		{Method: "POST", Pattern: "/quan-tri/quyen/{grant}/thu-hoi", Names: door.Names{"grant": "grant"}, Action: access.GiveGrants, Handler: door.Write(withdraw)},

		{Method: "GET", Pattern: BookAddress, Action: access.ReadAudit, Handler: door.Read(showBook)},
		{Method: "GET", Pattern: BookAddress + ".csv", Action: access.ReadAudit, Handler: door.Read(exportBook)},
		{Method: "POST", Pattern: BookAddress + "/kiem-tra", Action: access.ReadAudit, Handler: door.Act(verifyBook)},
		{Method: "GET", Pattern: RulesAddress, Handler: door.Read(showRules)},
	}
}
