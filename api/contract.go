package api

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"fritidshub/api/openapi"
)

// getOpenAPI gives the contract of everything that answers programs.
func (s *server) getOpenAPI(c *gin.Context) error {
	if _, err := s.only(c); err != nil {
		return err
	}
	document, err := openapi.At(s.contract, s.base())
	if err != nil {
		return err
	}
	s.send(c, http.StatusOK, typeJSON, cacheShort, document)
	return nil
}
