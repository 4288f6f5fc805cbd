package door

import (
	"net/http"

	"golang.org/x/text/language"

	"ralop/internal/text"
)

// Names of the cookies that keep language and theme for those who are not signed in.
const (
	LanguageCookie = "ngon-ngu"
	ThemeCookie    = "giao-dien"
)

var matcher = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// languageOf follows the account, else the cookie, else the browser; else Vietnamese.
func languageOf(chosen string, r *http.Request) text.Lang {
	if chosen == "" {
		if cookie, err := r.Cookie(LanguageCookie); err == nil {
			chosen = cookie.Value
		}
	}
	if chosen != "" {
		return text.ParseLang(chosen)
	}
	tags, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(tags) == 0 {
		return text.Vietnamese
	}
	if _, i, _ := matcher.Match(tags...); i == 1 {
		return text.English
	}
	return text.Vietnamese
}

func themeOf(chosen string, r *http.Request) string {
	if chosen == "" {
		if cookie, err := r.Cookie(ThemeCookie); err == nil {
			chosen = cookie.Value
		}
	}
	if chosen != "light" && chosen != "dark" {
		return ""
	}
	return chosen
}

// Cookie is a lasting cookie of a choice that is no secret.
func (r *Request) Cookie(name, value string) {
	http.SetCookie(r.response, &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: r.door.config.Secure, SameSite: http.SameSiteLaxMode})
}
