// SPDX-License-Identifier: Apache-2.0

// An oracle for our log: Go's own note and tlog packages check what we wrote, and write what we
// check. Built by test_with_go.py with Debian's golang-golang-x-mod-dev.
//
// TileHashReader is not used: the version that Debian carries does not look at every hash of a tile
// (CVE-2026-56865).
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type record struct {
	Index int64
	Entry []byte
	Proof [][]byte
}

type growth struct {
	Old, New         int64
	OldRoot, NewRoot []byte
	Proof            [][]byte
}

type asked struct {
	Key, Checkpoint, WitnessName string
	Witness                      []byte
	Size                         int64
	Root                         []byte
	Records                      []record
	Growths                      []growth
}

type answer struct {
	Text, Error, Witness string
	Records, Growths     []string
}

func hash(content []byte) (found tlog.Hash) {
	copy(found[:], content)
	return
}

func hashes(path [][]byte) (found []tlog.Hash) {
	for _, step := range path {
		found = append(found, hash(step))
	}
	return
}

func raw(path []tlog.Hash) (found [][]byte) {
	for _, step := range path {
		content := make([]byte, len(step))
		copy(content, step[:])
		found = append(found, content)
	}
	return
}

func told(err error) string {
	if err != nil {
		return err.Error()
	}
	return ""
}

// cosigned checks a cosignature by hand: Go's package has no verifier for type 0x04.
func cosigned(given asked, opened *note.Note) string {
	for _, line := range opened.UnverifiedSigs {
		if line.Name != given.WitnessName {
			continue
		}
		content := make([]byte, 4+8+64)
		if _, err := fmt.Sscanf(decoded(line.Base64), "%x", &content); err != nil {
			return err.Error()
		}
		seconds := binary.BigEndian.Uint64(content[4:12])
		message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, opened.Text)
		if !ed25519.Verify(ed25519.PublicKey(given.Witness), []byte(message), content[12:]) {
			return "cosignature does not verify"
		}
		return ""
	}
	return "no cosignature"
}

func decoded(text string) string {
	var content []byte
	if err := json.Unmarshal([]byte(`"`+text+`"`), &content); err != nil {
		return ""
	}
	return fmt.Sprintf("%x", content)
}

func check() answer {
	var given asked
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		return answer{Error: err.Error()}
	}
	verifier, err := note.NewVerifier(given.Key)
	if err != nil {
		return answer{Error: err.Error()}
	}
	opened, err := note.Open([]byte(given.Checkpoint), note.VerifierList(verifier))
	if err != nil {
		return answer{Error: err.Error()}
	}
	found := answer{Text: opened.Text}
	if given.WitnessName != "" {
		found.Witness = cosigned(given, opened)
	}
	for _, each := range given.Records {
		found.Records = append(found.Records, told(tlog.CheckRecord(
			tlog.RecordProof(hashes(each.Proof)), given.Size, hash(given.Root), each.Index,
			tlog.RecordHash(each.Entry))))
	}
	for _, each := range given.Growths {
		found.Growths = append(found.Growths, told(tlog.CheckTree(
			tlog.TreeProof(hashes(each.Proof)), each.New, hash(each.NewRoot), each.Old,
			hash(each.OldRoot))))
	}
	return found
}

type stored []tlog.Hash

func (kept stored) ReadHashes(indexes []int64) (found []tlog.Hash, err error) {
	for _, index := range indexes {
		found = append(found, kept[index])
	}
	return
}

func grow(size int64) asked {
	var kept stored
	var roots []tlog.Hash
	made := asked{Size: size}
	for index := int64(0); index < size; index++ {
		entry := []byte(fmt.Sprintf("entry %d of Go", index))
		more, _ := tlog.StoredHashes(index, entry, kept)
		kept = append(kept, more...)
		root, _ := tlog.TreeHash(index+1, kept)
		roots = append(roots, root)
		made.Records = append(made.Records, record{Index: index, Entry: entry})
	}
	for index := range made.Records {
		proof, _ := tlog.ProveRecord(size, int64(index), kept)
		made.Records[index].Proof = raw(proof)
	}
	last := roots[size-1]
	made.Root = raw([]tlog.Hash{last})[0]
	for old := int64(1); old <= size; old++ {
		proof, _ := tlog.ProveTree(size, old, kept)
		made.Growths = append(made.Growths, growth{
			Old: old, New: size, OldRoot: raw(roots[old-1 : old])[0], NewRoot: made.Root,
			Proof: raw(proof)})
	}
	secret, key, _ := note.GenerateKey(rand.Reader, "go.example/log")
	signer, _ := note.NewSigner(secret)
	encoded, _ := json.Marshal(made.Root)
	text := fmt.Sprintf("go.example/log\n%d\n%s\n", size, strings.Trim(string(encoded), `"`))
	signed, _ := note.Sign(&note.Note{Text: text}, signer)
	made.Key, made.Checkpoint = key, string(signed)
	return made
}

func main() {
	var size int64
	if len(os.Args) > 1 {
		fmt.Sscan(os.Args[1], &size)
		json.NewEncoder(os.Stdout).Encode(grow(size))
		return
	}
	json.NewEncoder(os.Stdout).Encode(check())
}
