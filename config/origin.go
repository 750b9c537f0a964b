package config

import (
	"net/url"
	"regexp"
)

var originHost = regexp.MustCompile(`^[a-z0-9.-]+(:[0-9]{1,5})?$`)

// origin reports whether v is the origin of pages on the web: scheme, host and perhaps a port, nothing more.
func origin(v string) bool {
	u, err := url.Parse(v)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && originHost.MatchString(u.Host) && v == u.Scheme+"://"+u.Host
}
