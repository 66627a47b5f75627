package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"net"
	"runtime"
	"strings"
	"time"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func bcryptBase64(s string) []byte {
	enc := base64.NewEncoding("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789").WithPadding(base64.NoPadding)
	return must(enc.DecodeString(s))
}

func cryptos() {
	by := "github.com/Masterminds/sprig/v3 3.3.0, " + runtime.Version()
	var rows [][]any
	for _, r := range [][5]any{{1, "long", "password", "user", "example.com"}, {2, "long", "password", "user", "example.com"}, {1, "maximum", "password", "user", "example.com"}, {1, "medium", "pässword", "üser", "example.com"}, {1, "short", "", "", ""}, {1, "basic", "p", "u", "s"}, {4294967295, "pin", "p", "u", "s"}, {1, "nope", "p", "u", "s"}} {
		out, err := call("{{derivePassword "+js(r[0])+" (index . 1) (index . 2) (index . 3) (index . 4)}}", r[:])
		if err != nil {
			panic(err)
		}
		rows = append(rows, append(append([]any{}, r[:]...), out))
	}
	write("derived_password", "counter, type, password, user, site, derived password", by, rows)

	rows = nil
	for _, p := range []string{"", "a", "password", "pässwörd", strings.Repeat("x", 71), strings.Repeat("y", 72)} {
		h := must(call("{{bcrypt .}}", p))
		rows = append(rows, []any{p, h, hex.EncodeToString(bcryptBase64(h[7:29]))})
	}
	write("bcrypt", "password, hash, its salt", by, rows)

	rows = nil
	enc := func(pw, text string) string {
		return must(call("{{encryptAES (index . 0) (index . 1)}}", []string{pw, text}))
	}
	add := func(pw, text string) {
		out, err := call("{{decryptAES (index . 0) (index . 1)}}", []string{pw, text})
		if err != nil {
			rows = append(rows, []any{pw, text, nil, err.Error()})
			return
		}
		rows = append(rows, []any{pw, text, out, nil})
	}
	for _, s := range []string{"", "x", "secret", "0123456789abcdef", "Zoë", strings.Repeat("long ", 50)} {
		add("pw", enc("pw", s))
		add(strings.Repeat("k", 40), enc(strings.Repeat("k", 40), s))
	}
	raw := must(base64.StdEncoding.DecodeString(enc("pw", "secret")))
	b := base64.StdEncoding.EncodeToString
	add("pw", "!")
	add("pw", "YQ==")
	add("pw", b(raw[:15]))
	add("pw", b(raw[:16]))
	add("pw", b(raw[:17]))
	add("pw", b(raw[:13]))
	write("aes", "password, encrypted text, text, error", by, rows)

	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	ecKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	keys := []struct {
		name string
		key  crypto.Signer
		pem  string
	}{
		{"rsa", rsaKey, pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))},
		{"ecdsa", ecKey, pemText("EC PRIVATE KEY", must(x509.MarshalECPrivateKey(ecKey)))},
		{"ed25519", edKey, pemText("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(edKey)))},
	}
	rows = nil
	for _, k := range keys {
		rows = append(rows, []any{k.name, k.pem, pemText("PRIVATE KEY", must(x509.MarshalPKCS8PrivateKey(k.key))), b(must(x509.MarshalPKIXPublicKey(k.key.Public())))})
	}
	write("keys", "type, key as sprig writes it, key as PKCS #8, public key in DER as base 64", by, rows)

	rows = nil
	type req struct {
		cn       string
		ips, dns []string
		serial   string
		from, to int64
		ca       bool
	}
	template := func(r req) *x509.Certificate {
		serial, _ := new(big.Int).SetString(r.serial, 16)
		t := &x509.Certificate{
			SerialNumber: serial, Subject: pkix.Name{CommonName: r.cn}, DNSNames: r.dns,
			NotBefore: time.Unix(r.from, 5), NotAfter: time.Unix(r.to, 5),
			KeyUsage:              x509.KeyUsageKeyEncipherment | x509.KeyUsageDigitalSignature,
			ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
			BasicConstraintsValid: true,
		}
		for _, ip := range r.ips {
			t.IPAddresses = append(t.IPAddresses, net.ParseIP(ip))
		}
		if r.ca {
			t.KeyUsage |= x509.KeyUsageCertSign
			t.IsCA = true
		}
		return t
	}
	add2 := func(r req, signee int, parent []byte, signer int) []byte {
		t := template(r)
		p := t
		if parent != nil {
			p = must(x509.ParseCertificate(parent))
		}
		der, err := x509.CreateCertificate(rand.Reader, t, p, keys[signee].key.Public(), keys[signer].key)
		row := []any{r.cn, r.ips, r.dns, r.serial, r.from, r.to, r.ca, signee, b(parent), signer}
		if err != nil {
			rows = append(rows, append(row, nil, nil, err.Error()))
			return nil
		}
		c := must(x509.ParseCertificate(der))
		rows = append(rows, append(row, b(c.RawTBSCertificate), b(der), nil))
		return der
	}
	none := []string{}
	for k := range keys {
		ca := add2(req{"test-ca", none, none, "0123456789abcdef0123456789abcdef", 1700000000, 1731536000, true}, k, nil, k)
		add2(req{"svc.ns.svc", []string{"10.0.0.1", "::1", "::ffff:1.2.3.4", "fe80::1"}, []string{"a.example.com", "*.b.example.com"}, "ff", 1700000000, 1731536000, false}, k, nil, k)
		add2(req{"leaf", []string{"10.0.0.1"}, none, "80", 1700000000, 1731536000, false}, (k+1)%3, ca, k)
		add2(req{"test-ca", none, []string{"x"}, "1", 1700000000, 1731536000, false}, k, ca, k)
		add2(req{"wrong", none, none, "1", 1700000000, 1731536000, false}, k, ca, (k+1)%3)
	}
	add2(req{"", none, []string{"x"}, "7f", 1700000000, 1731536000, false}, 2, nil, 2)
	add2(req{"", none, none, "7f", 1700000000, 1731536000, true}, 2, nil, 2)
	for _, cn := range []string{"*.example.com", "Zoë", "a&b", "a b'()+,-./:=?", "a_b", "a@b", strings.Repeat("n", 100), "a\"b"} {
		add2(req{cn, none, none, "7f", 1700000000, 1731536000, false}, 2, nil, 2)
	}
	for _, t := range [][2]int64{{0, 1}, {-631152000, -631152001}, {2524607999, 2524608000}, {1700000000, 253402300799}, {1700000000, 253402300800}, {1700000000, 1600000000}, {-62167219200, 0}, {-62167219201, 0}} {
		add2(req{"t", none, none, "7f", t[0], t[1], false}, 2, nil, 2)
	}
	add2(req{"t", none, []string{"zoë"}, "7f", 0, 1, false}, 2, nil, 2)
	write("certificate", "name, addresses, DNS names, serial number, from, to, authority, key, certificate of the signer, its key, signed part, certificate, error", "crypto/x509 of "+runtime.Version(), rows)
}
