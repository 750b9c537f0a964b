package api

import (
	"bytes"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

const (
	cacheEmbed   = "public, max-age=3600, stale-while-revalidate=86400"
	cacheForGood = "public, max-age=31536000, immutable"
)

// demoPlaceholder stands for the hub's address in the demonstration page.
const demoPlaceholder = "https://hub.example"

func (s *server) getEmbed(c *gin.Context) error {
	if s.Assets != nil {
		if body, contentType, forGood, ok := s.Assets(c.Param("file")); ok {
			cache := cacheEmbed
			if forGood {
				cache = cacheForGood
			}
			s.send(c, http.StatusOK, contentType, cache, body)
			return nil
		}
	}
	return problem(http.StatusNotFound, "no-such-file", "There is no such file", "The widgets' files are search.js and what it asks for.")
}

// getTexts gives what widgets say in a language.
func (s *server) getTexts(c *gin.Context) error {
	tag, _ := strings.CutSuffix(c.Param("file"), ".json")
	if !s.words.Has(tag) {
		return problem(http.StatusNotFound, "no-such-language", "There are no texts in that language", "There are those of "+strings.Join(s.words.Tags(), ", ")+".")
	}
	s.send(c, http.StatusOK, typeJSON, cacheEmbed, s.words.For(tag).Asset())
	return nil
}

func (s *server) getDemo(c *gin.Context) error {
	if s.Demo == nil {
		return problem(http.StatusNotFound, "no-such-address", "There is nothing at this address", "This hub has no demonstration page.")
	}
	page := bytes.ReplaceAll(s.Demo, []byte(demoPlaceholder), []byte(strings.TrimSuffix(s.Hub.PublicURL, "/")))
	// The page stands for somebody else's: it styles itself, and asks the hub by its public address.
	c.Header("Content-Security-Policy", strings.NewReplacer("style-src 'self'", "style-src 'unsafe-inline'",
		"script-src 'self'", "script-src 'self' "+s.Hub.PublicURL, "img-src 'self'", "img-src 'self' "+s.Hub.PublicURL+s.Map.origin(), "connect-src 'self'", "connect-src 'self' "+s.Hub.PublicURL).Replace(policyPage))
	s.send(c, http.StatusOK, typeHTML, cacheShort, page)
	return nil
}

func (s *server) getAsset(c *gin.Context) error {
	body, contentType, ok := s.pages.Asset(c.Param("file"))
	if !ok {
		return problem(http.StatusNotFound, "no-such-file", "There is no such file", "It may be of an older version of this hub; load the page again.")
	}
	s.send(c, http.StatusOK, contentType, cacheForGood, body)
	return nil
}
