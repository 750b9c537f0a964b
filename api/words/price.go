package words

import (
	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

// Price is PriceIn in l.
func (l *Language) Price(p *catalog.Price) string { return l.PriceIn(l.Tag, p) }

// PriceIn says what an ordinary participant pays: "Gratis", "150 kr", "0-150 kr", "fra 100 kr", with its unit when one is stated that
// does not go without saying ("350 kr per år"); else the source's own words. More languages have words for it (folder prices) than for
// pages: lang is a BCP 47 tag, bokmål is said for one that has none.
func (l *Language) PriceIn(lang string, p *catalog.Price) string {
	if p == nil {
		return ""
	}
	own := l.price.For(lang)
	t := func(key string, args ...string) string {
		text, _ := own.Text(key, grammar.Other, args...)
		return text
	}
	kr := " " + unit(p.Currency)
	text := ""
	switch lo, hi := p.Min, p.Max; {
	case p.Free == catalog.Yes, hi != nil && *hi == 0:
		return t("free")
	case lo != nil && hi != nil && *lo < *hi:
		text = t("amount", amount(*lo)+"-"+amount(*hi)+kr)
	case lo != nil && hi != nil:
		text = t("amount", amount(*lo)+kr)
	case lo != nil && *lo > 0:
		text = t("from", t("amount", amount(*lo)+kr))
	case hi != nil:
		text = t("upto", t("amount", amount(*hi)+kr))
	default:
		return p.Text
	}
	if per := "per." + p.Unit; own.Has(per) {
		return t(per, text)
	}
	return text
}
