package words

import (
	"fritidshub/catalog"
	"fritidshub/catalog/grammar"
)

// Price says what an ordinary participant pays: "Gratis", "150 kr", "0-150 kr", "fra 100 kr", with its unit when one is stated that
// does not go without saying ("350 kr per år"); else the source's own words.
func (l *Language) Price(p *catalog.Price) string {
	if p == nil {
		return ""
	}
	t := func(key string, args ...string) string {
		text, _ := l.price.Text(key, grammar.Other, args...)
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
	if per := "per." + p.Unit; l.price.Has(per) {
		return t(per, text)
	}
	return text
}
