// Package catalog says what a record and a listing are, when they are valid, and how they are identified.
// It is the centre of the hub: it imports nothing of the other packages and knows no database, network or format.
package catalog
