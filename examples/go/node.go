// The smallest node that talks to a rafthttp sidecar, with Go's standard library and the raftpb of etcd's raft 3.7. (Up to 3.6
// a message's fields are values, not pointers, and it has m.Marshal and m.Unmarshal of its own.)
//
//	go run . [-node http://127.0.0.1:2381] [-beats N]
//
// Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. It waits
// for a sidecar that is away. With -beats it ends when N of its own have been answered; when its member has been removed from
// the cluster, it ends with status 3. Messages are frames both ways, a u64 length, big-endian, and a raftpb.Message, in one
// request each that lasts as long as the program.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"go.etcd.io/raft/v3/raftpb"
	"google.golang.org/protobuf/proto"
)

type node struct {
	sidecar  string
	out      chan *raftpb.Message
	answered atomic.Int64
	run      string
}

func main() {
	sidecar := flag.String("node", "http://127.0.0.1:2381", "the sidecar's --listen-node")
	beats := flag.Int64("beats", 0, "end when so many are answered (0: never)")
	flag.Parse()
	n := &node{sidecar: *sidecar, out: make(chan *raftpb.Message, 1024)}
	go again("send", n.send)
	go again("read", n.read)
	go again("events", n.listen)
	for number := 1; *beats == 0 || n.answered.Load() < *beats; number++ {
		if err := n.beat(number); err != nil {
			log.Printf("beat: %v; again", err)
		}
		time.Sleep(500 * time.Millisecond)
	}
	fmt.Printf("%d heartbeats answered\n", n.answered.Load())
}

func (n *node) beat(number int) error {
	var status struct{ Member string }
	if err := n.getJSON("/v1/status", &status); err != nil {
		return err
	}
	var known struct{ Peers []struct{ ID string } }
	if err := n.getJSON("/v1/peers", &known); err != nil {
		return err
	}
	for _, peer := range known.Peers {
		n.out <- &raftpb.Message{Type: raftpb.MsgHeartbeat.Enum(), From: id(status.Member), To: id(peer.ID),
			Term: proto.Uint64(1), Context: []byte(strconv.Itoa(number))}
	}
	return nil
}

// step is where your Raft would be.
func (n *node) step(m *raftpb.Message) {
	fmt.Printf("got %s from %x\n", m.GetType(), m.GetFrom())
	switch m.GetType() {
	case raftpb.MsgHeartbeat:
		n.out <- &raftpb.Message{Type: raftpb.MsgHeartbeatResp.Enum(), From: m.To, To: m.From, Term: m.Term, Context: m.Context}
	case raftpb.MsgHeartbeatResp:
		n.answered.Add(1)
	}
}

func (n *node) happened(name string, data map[string]any) {
	switch name {
	case "run":
		run, _ := data["run"].(string)
		fmt.Println("run", run)
		if n.run != "" && n.run != run {
			// Set your peers again (PUT /v1/peers), and tell Raft that the snapshots under way have failed.
			fmt.Println("the sidecar was started again")
		}
		n.run = run
	case "member-removed":
		fmt.Printf("removed: %v\n", data["reason"])
		os.Exit(3)
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
			data, err := proto.Marshal(m)
			if err != nil {
				return err
			}
			frame := binary.BigEndian.AppendUint64(nil, uint64(len(data)))
			if _, err := frames.Write(append(frame, data...)); err != nil {
				return <-ended
			}
		}
	}
}

// read gives step what comes, until the sidecar ends, or a newer reader takes over.
func (n *node) read() error {
	answer, err := n.get("/v1/messages")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
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
		m := &raftpb.Message{}
		if err := proto.Unmarshal(data, m); err != nil {
			return err
		}
		n.step(m)
	}
}

// listen hears what Raft wants to know besides messages, until the sidecar ends.
func (n *node) listen() error {
	answer, err := n.get("/v1/events")
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	name := ""
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		switch field, value, _ := strings.Cut(lines.Text(), ":"); field {
		case "event":
			name = strings.TrimSpace(value)
		case "data":
			var data map[string]any
			if err := json.Unmarshal([]byte(value), &data); err != nil {
				return err
			}
			n.happened(name, data)
		}
	}
	return fmt.Errorf("the sidecar ended its answer: %v", lines.Err())
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

func (n *node) get(path string) (*http.Response, error) {
	answer, err := http.Get(n.sidecar + path)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = said(answer)
	}
	return answer, err
}

func (n *node) getJSON(path string, into any) error {
	answer, err := n.get(path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return json.NewDecoder(answer.Body).Decode(into)
}

func id(hex string) *uint64 {
	value, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		log.Fatalf("the sidecar names a member %q, expected hexadecimal", hex)
	}
	return &value
}
