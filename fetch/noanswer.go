package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"
)

// noAnswer explains err, which ended an exchange before its headers had come.
func (c *Client) noAnswer(ctx context.Context, u *url.URL, err error, at stage) error {
	e := &Error{Step: StepConnect, URL: redact(u), Temporary: true, Err: err}
	if at >= waiting {
		e.Step = StepAnswer
	}
	private, isPrivate := errors.AsType[*privateAddress](err)
	dns, isDNS := errors.AsType[*net.DNSError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	network, isNetwork := errors.AsType[net.Error](err)
	tooLong := isNetwork && network.Timeout()
	const later = "Vi prøver igjen av oss selv; si fra til leverandøren hvis det varer."
	switch cause := context.Cause(ctx); {
	case isPrivate:
		e.Step, e.Temporary = StepGuard, false
		e.Message = fmt.Sprintf("%s fører til en privat adresse (%s), og slike er sperret. Rett url i sources.yaml; skal kilden virkelig ligge der, må den som drifter huben sette %[2]s i FRITIDSHUB_ALLOW_PRIVATE.", u.Host, private.addr)
	case errors.Is(cause, errWhole):
		e.Err = cause
		e.Message = fmt.Sprintf("%s svarte ikke innen %s. %s", u.Host, seconds(c.limits.Whole), later)
	case cause != nil:
		return stopped(cause)
	case isDNS && dns.IsNotFound:
		e.Temporary = false
		e.Message = fmt.Sprintf("Vi finner ikke noe nettsted som heter %s. Se etter skrivefeil i url i sources.yaml; er navnet riktig, så har leverandøren mistet det.", u.Hostname())
	case isDNS:
		e.retry = !tooLong
		e.Message = fmt.Sprintf("Navnet %s lot seg ikke slå opp akkurat nå. Varer det, så se etter at huben har nett.", u.Hostname())
	case untrusted:
		e.Temporary = false
		e.Message = fmt.Sprintf("%s har ikke et gyldig sertifikat, så vi vet ikke hvem vi snakker med. Feilen er hos leverandøren; si fra til dem.", u.Host)
	case noTLS:
		e.Temporary = false
		e.Message = fmt.Sprintf("%s svarer ikke på sikker forbindelse (https). Se etter om url i sources.yaml skal begynne med http://.", u.Host)
	case tooLong && at >= waiting:
		e.Message = fmt.Sprintf("%s begynte ikke å svare innen %s. %s", u.Host, seconds(c.limits.FirstByte), later)
	case tooLong:
		e.Message = fmt.Sprintf("Vi fikk ikke forbindelse med %s i tide. %s", u.Host, later)
	case errors.Is(err, syscall.ECONNREFUSED):
		e.retry = true
		e.Message = fmt.Sprintf("%s tar ikke imot forbindelser. %s", u.Host, later)
	case at == answering && strings.Contains(err.Error(), "headers exceeded"):
		e.Temporary = false
		e.Message = fmt.Sprintf("%s sendte mer enn %s i hodet på svaret. Feilen er hos leverandøren; si fra til dem.", u.Host, size(c.limits.Headers))
	case at == answering && !isNetwork && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		e.Temporary, e.Err = false, errors.New("malformed HTTP answer") // the cause quotes what was sent
		e.Message = fmt.Sprintf("Det %s sendte er ikke et HTTP-svar. Se etter at url i sources.yaml peker på en webserver; gjør den det, så si fra til leverandøren.", u.Host)
	default:
		e.retry = at < answering
		e.Message = fmt.Sprintf("Forbindelsen med %s ble brutt før svaret kom. %s", u.Host, later)
	}
	return e
}
