package door

import (
	"net/http"

	"ralop/internal/text"
)

// Names of the cookies that keep language and theme for those who are not signed in.
const (
	LanguageCookie = "ngon-ngu"
	ThemeCookie    = "giao-dien"
)

// languageOf follows the account, else the cookie, else it is Vietnamese. It does not ask
// the browser: machines of offices and schools are often sold with an English one.
func languageOf(chosen string, r *http.Request) text.Lang {
	if chosen == "" {
		if cookie, err := r.Cookie(LanguageCookie); err == nil {
			chosen = cookie.Value
		}
	}
	return text.ParseLang(chosen)
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
