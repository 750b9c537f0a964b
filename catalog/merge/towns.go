package merge

// towns are the names of municipalities, and of towns and former municipalities round the first hub, that are no ordinary word. What two
// of them are in is two places.
var towns = exactly(`alta alvdal andebu aremark arendal asker askøy bamble barkåker bergen birkenes bjørnafjorden bodø borre brevik brunlanes bygland bærum dovre drammen
drangedal egersund eidanger eidsfoss eidskog eidsvoll eigersund elverum enebakk engerdal etnedal farsund fevang flekkefjord flesberg folldal
fredrikstad fredriksvern frogn froland fyresdal færder gausdal gjerdrum gjerstad gjøvik gol grimstad grue gvarv halden hamar hammerfest harstad
haugesund hedrum heistad helgeroa hemsedal herøya hjartdal holmestrand horten hurdal hvaler hvarnes hvittingfoss hægebostad hønefoss høyjord iveland
jevnaker karmøy kinn klevstrand kongsberg kongsvinger kragerø kristiansand kristiansund krødsherad kvinesdal kviteseid kvelde langesund lardal larvik
levanger lillehammer lillesand lillestrøm lindesnes lunde lunner lyngdal lørenskog løten mandal marker melsomvik molde nannestad nanset narvik nesbyen
nesodden nevlunghavn nissedal nittedal nome notodden nykirke nøtterøy oslo porsgrunn rakkestad ramnes rauland rendalen revetal ringebu ringerike
ringsaker risør rjukan rollag råde rælingen sandar sandefjord sandnes sarpsborg seljord sigdal siljan sirdal skien skiptvet skjåk skoppum sogndal
stange stathelle stavanger stavern steinkjer steinsholt stjørdal stokke sundland sunnfjord svarstad svelvik tjodalyng tjølling tjøllingvollen tjøme
tokke tolga torp torstvedt tromsø trondheim trysil tvedestrand tynset tønsberg ulefoss ullensaker valle vegårshei vennesla vestby vinje vågå ålesund
åmli åmot åseral åsgårdstrand åsnes øygarden`)
