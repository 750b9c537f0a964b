package browsertest

import (
	"testing"

	"fritidshub/widget/browser"
)

// TestLanguages: every language counts as its grammar has it, tells days where the browser does not know it, and fits a small phone.
func TestLanguages(t *testing.T) {
	b := browser.New(t)
	for _, test := range []struct{ lang, hits, one, time, dir string }{
		{"uk", "45 результатів", "1 результат", "субота 5 грудня о 18:00–20:00", "ltr"},
		{"pl", "45 wyników", "1 wynik", "sobota 5 grudnia o 18:00–20:00", "ltr"},
		{"ar", "45 نتيجة", "نتيجة واحدة", "السبت 5 ديسمبر الساعة \u206618:00–20:00\u2069", "rtl"},
		{"so", "45 natiijo", "1 natiijo", "Sabti 5 Desembar saacadda 18:00–20:00", "ltr"},
		{"ti", "45 ውጽኢታት", "1 ውጽኢት", "ቀዳም 5 ታሕሳስ ሰዓት 18:00–20:00", "ltr"},
		{"se", "45 gávdnojumi", "1 gávdnojupmi", "lávvardat juovlamánu 5. b. dii. 18–20", "ltr"},
	} {
		t.Run(test.lang, func(t *testing.T) {
			w := open(t, b, "/fin?attr=lang%3D"+test.lang, sample(), browser.Size(320, 640))
			w.hits(t, test.hits)
			same(t, "time", w.Text(el+"[part=time]"), test.time)
			same(t, "language and direction", browser.Eval[[]string](w.Page, `(n => [n.lang, getComputedStyle(n).direction])($("fh-search >>> .fh"))`), []string{test.lang, test.dir})
			w.Screenshot("language-" + test.lang)
			w.Click(el + ".side > button")
			w.Click(el + "#categoryfootball")
			w.hits(t, test.one)
			w.Screenshot("language-" + test.lang + "-filters")
			if wide := browser.Eval[int](w.Page, `document.documentElement.scrollWidth`); wide > 320 {
				t.Errorf("%d px wide at 320", wide)
			}
			w.sound(t)
		})
	}
}
