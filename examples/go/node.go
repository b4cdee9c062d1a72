// The smallest node that talks to a rafthttp sidecar, with Go's standard library and etcd's raftpb.
//
//	node [-sidecar http://127.0.0.1:2381] [-beats N]
//
// Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. With
// -beats it ends when N of its own have been answered. Messages are frames both ways, a u64 length, big-endian, and a
// raftpb.Message, in one request each that lasts as long as the program.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"go.etcd.io/etcd/raft/raftpb" // in a module of your own: go.etcd.io/raft/v3/raftpb
	"io"
	"log"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

type node struct {
	sidecar  string
	member   uint64
	out      chan raftpb.Message
	answered int64
}

func main() {
	sidecar := flag.String("sidecar", "http://127.0.0.1:2381", "the sidecar's --listen-node")
	beats := flag.Int64("beats", 0, "end when so many are answered (0: never)")
	flag.Parse()
	n := &node{sidecar: *sidecar, out: make(chan raftpb.Message, 1024)}
	var status struct{ Member string }
	n.mustGet("/v1/status", &status)
	n.member = id(status.Member)
	go again("send", n.send)
	go again("read", n.read)
	for number := 1; *beats == 0 || atomic.LoadInt64(&n.answered) < *beats; number++ {
		var known struct{ Peers []struct{ ID string } }
		n.mustGet("/v1/peers", &known)
		for _, peer := range known.Peers {
			n.out <- raftpb.Message{Type: raftpb.MsgHeartbeat, From: n.member, To: id(peer.ID), Term: 1,
				Context: []byte(strconv.Itoa(number))}
		}
		time.Sleep(500 * time.Millisecond)
	}
	fmt.Printf("%d heartbeats answered\n", atomic.LoadInt64(&n.answered))
}

// step is where your Raft would be.
func (n *node) step(m raftpb.Message) {
	fmt.Printf("got %s from %x\n", m.Type, m.From)
	switch m.Type {
	case raftpb.MsgHeartbeat:
		n.out <- raftpb.Message{Type: raftpb.MsgHeartbeatResp, From: n.member, To: m.From, Term: m.Term, Context: m.Context}
	case raftpb.MsgHeartbeatResp:
		atomic.AddInt64(&n.answered, 1)
	}
}

// send writes what there is to send into one request; it returns when the sidecar ends that.
func (n *node) send() error {
	body, frames := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		answer, err := http.Post(n.sidecar+"/v1/messages", "application/octet-stream", body)
		if err == nil {
			err = said(answer)
		}
		body.Close()
		ended <- err
	}()
	for {
		select {
		case err := <-ended:
			return err
		case m := <-n.out:
			data, _ := m.Marshal() // which fails for no message
			frame := binary.BigEndian.AppendUint64(nil, uint64(len(data)))
			if _, err := frames.Write(append(frame, data...)); err != nil {
				return <-ended
			}
		}
	}
}

// read gives step what comes, until the sidecar ends, or a newer reader takes over.
func (n *node) read() error {
	answer, err := http.Get(n.sidecar + "/v1/messages")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return said(answer)
	}
	in := bufio.NewReaderSize(answer.Body, 64<<10)
	for {
		var length uint64
		if err := binary.Read(in, binary.BigEndian, &length); err != nil {
			return err
		}
		data := make([]byte, length) // at most 512 MiB, by the sidecar's limit
		if _, err := io.ReadFull(in, data); err != nil {
			return err
		}
		var m raftpb.Message
		if err := m.Unmarshal(data); err != nil {
			return err
		}
		n.step(m)
	}
}

func again(what string, do func() error) {
	for {
		log.Printf("%s: %v; again", what, do())
		time.Sleep(time.Second)
	}
}

func said(answer *http.Response) error {
	defer answer.Body.Close()
	words, _ := io.ReadAll(answer.Body) // whatever there is
	return fmt.Errorf("%s %s", answer.Status, words)
}

func (n *node) mustGet(path string, into interface{}) {
	answer, err := http.Get(n.sidecar + path)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = said(answer)
	}
	if err == nil {
		err = json.NewDecoder(answer.Body).Decode(into)
	}
	if err != nil {
		log.Fatalf("%s: %v", path, err)
	}
	answer.Body.Close()
}

func id(hex string) (value uint64) {
	fmt.Sscanf(hex, "%x", &value)
	return value
}
