// Measures etcd's own transport in the way rafthttp-bench measures ours: two rafthttp.Transports in one process, over real
// loopback HTTP, the same messages, the same windows, the same lines.
package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"sort"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/etcd/etcdserver/api/rafthttp"
	stats "go.etcd.io/etcd/etcdserver/api/v2stats"
	"go.etcd.io/etcd/pkg/types"
	"go.etcd.io/etcd/raft"
	"go.etcd.io/etcd/raft/raftpb"
)

const (
	sender   = 1
	receiver = 2
	fullWait = 20 * time.Microsecond
	giveUp   = 100 * time.Second
)

// epoch is what message times count from, on the monotonic clock.
var epoch = time.Now()

func nanos() int64 { return int64(time.Since(epoch)) }

// node is a Raft node that counts, and keeps the latencies of one message type.
type node struct {
	msgApps   uint64
	paced     uint64
	pacedType raftpb.MessageType
	latencies []int64
}

func (n *node) Process(_ context.Context, m raftpb.Message) error {
	if n.latencies != nil && m.Type == n.pacedType {
		stamp := m.Context
		if len(m.Entries) > 0 {
			stamp = m.Entries[0].Data
		}
		n.latencies = append(n.latencies, nanos()-int64(binary.LittleEndian.Uint64(stamp)))
		atomic.AddUint64(&n.paced, 1)
	} else if m.Type == raftpb.MsgApp {
		atomic.AddUint64(&n.msgApps, 1)
	}
	return nil
}

func (n *node) IsIDRemoved(uint64) bool                    { return false }
func (n *node) ReportUnreachable(uint64)                   {}
func (n *node) ReportSnapshot(uint64, raft.SnapshotStatus) {}

func listen(id types.ID, n *node) (*rafthttp.Transport, string) {
	t := &rafthttp.Transport{
		ID: id, ClusterID: 1, Raft: n, DialTimeout: time.Second,
		ServerStats: stats.NewServerStats("", ""), LeaderStats: stats.NewLeaderStats(id.String()),
	}
	fail(t.Start())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	fail(err)
	go http.Serve(l, t.Handler())
	return t, "http://" + l.Addr().String()
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type bench struct {
	size, entries int
	window        uint64
	from          *rafthttp.Transport
	to            *node
	index         uint64
}

func stamped(size int, at int64) []byte {
	data := make([]byte, size)
	binary.LittleEndian.PutUint64(data, uint64(at))
	return data
}

func (b *bench) msgApp(at int64) raftpb.Message {
	entries := make([]raftpb.Entry, b.entries)
	first := b.index
	for i := range entries {
		b.index++
		entries[i] = raftpb.Entry{Term: 1, Index: b.index, Data: stamped(b.size, at)}
	}
	return raftpb.Message{Type: raftpb.MsgApp, From: sender, To: receiver, Term: 1, LogTerm: 1, Index: first,
		Commit: first, Entries: entries}
}

func heartbeat(at int64) raftpb.Message {
	return raftpb.Message{Type: raftpb.MsgHeartbeat, From: sender, To: receiver, Term: 1, Context: stamped(8, at)}
}

// saturate sends n MsgApp as fast as the window lets it, and returns the seconds until all had arrived.
func (b *bench) saturate(n uint64) float64 {
	base := atomic.LoadUint64(&b.to.msgApps)
	start := time.Now()
	at := nanos()
	for i := uint64(0); i < n; i++ {
		for i-(atomic.LoadUint64(&b.to.msgApps)-base) >= b.window {
			time.Sleep(fullWait)
		}
		b.from.Send([]raftpb.Message{b.msgApp(at)})
	}
	await(&b.to.msgApps, base+n)
	return time.Since(start).Seconds()
}

func (b *bench) warmUp(n uint64, seconds int) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	if n > b.window*16 {
		n = b.window * 16
	}
	for b.saturate(n); time.Now().Before(end); b.saturate(n) {
	}
}

func await(counter *uint64, target uint64) {
	start := time.Now()
	for atomic.LoadUint64(counter) < target {
		if time.Since(start) > giveUp {
			fail(fmt.Errorf("LOST %d messages", target-atomic.LoadUint64(counter)))
		}
		time.Sleep(fullWait)
	}
}

// pace sends messages at a rate for as long as more says so, and returns their latencies, sorted and corrected for
// coordinated omission: one above the interval also stands for the messages that would have been sent meanwhile.
func (b *bench) pace(rate int, make func(int64) raftpb.Message, more func() bool) []int64 {
	interval := time.Second / time.Duration(rate)
	b.to.latencies = b.to.latencies[:0]
	target := atomic.LoadUint64(&b.to.paced)
	for due := time.Now().Add(interval); more(); due = due.Add(interval) {
		for time.Now().Before(due) {
			time.Sleep(time.Until(due))
		}
		b.from.Send([]raftpb.Message{make(nanos())})
		target++
	}
	await(&b.to.paced, target)
	all := append([]int64(nil), b.to.latencies...)
	for _, latency := range b.to.latencies {
		for missed := latency - int64(interval); missed >= int64(interval); missed -= int64(interval) {
			all = append(all, missed)
		}
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

func percentiles(sorted []int64) string {
	at := func(p float64) float64 { return float64(sorted[int(p*float64(len(sorted)-1))]) / 1e3 }
	return fmt.Sprintf("n=%d p50=%.1fus p99=%.1fus p999=%.1fus max=%.1fus", len(sorted), at(.5), at(.99), at(.999), at(1))
}

func cpuMicros() float64 {
	micros, _ := usage()
	return micros
}

// usage is the CPU time and the context switches of all threads so far, those that ended included.
func usage() (micros, switches float64) {
	var u syscall.Rusage
	fail(syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Sec+u.Stime.Sec)*1e6 + float64(u.Utime.Usec+u.Stime.Usec), float64(u.Nvcsw + u.Nivcsw)
}

// oneAtATime sends the next MsgApp when the last has arrived, for a time.
func (b *bench) oneAtATime(seconds int) {
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	for target := atomic.LoadUint64(&b.to.paced) + 1; time.Now().Before(end); target++ {
		b.from.Send([]raftpb.Message{b.msgApp(nanos())})
		await(&b.to.paced, target)
	}
}

func times(n uint64) func() bool {
	return func() bool {
		n--
		return n != ^uint64(0)
	}
}

func main() {
	mode := "throughput"
	args := os.Args[1:]
	if len(args) > 0 && args[0][0] != '-' {
		mode, args = args[0], args[1:]
	}
	flags := flag.NewFlagSet(mode, flag.ExitOnError)
	size := flags.Int("size", 128, "bytes of data an entry, 8 or more")
	entries := flags.Int("entries", 1, "entries a message")
	count := flags.Uint64("count", 300000, "messages a run")
	window := flags.Uint64("window", 2048, "messages that may be on the way, less than the 4,096 etcd buffers")
	rate := flags.Int("rate", 2000, "paced messages a second")
	warmUp := flags.Int("warm-up", 8, "seconds before the first run")
	seconds := flags.Int("seconds", 30, "how long a run of paced takes")
	runs := flags.Int("runs", 3, "how many to print")
	onDemand := flags.Bool("on-demand", false, "before each run print \"ready\" and wait for a line of standard input; end with it")
	fail(flags.Parse(args))

	to := &node{pacedType: raftpb.MsgApp}
	if mode == "mixed" {
		to.pacedType = raftpb.MsgHeartbeat
	}
	if mode != "throughput" {
		to.latencies = make([]int64, 0, 1<<20)
	}
	t1, u1 := listen(sender, &node{})
	t2, u2 := listen(receiver, to)
	t1.AddPeer(receiver, []string{u2})
	t2.AddPeer(sender, []string{u1})
	// etcd does not say when its streams are attached.
	time.Sleep(1500 * time.Millisecond)
	b := &bench{size: *size, entries: *entries, window: *window, from: t1, to: to}

	input := bufio.NewReader(os.Stdin)
	begun := 0
	next := func() bool {
		if begun == *runs {
			return false
		}
		if *onDemand {
			fmt.Println("ready")
			if _, err := input.ReadString('\n'); err != nil {
				return false
			}
		}
		begun++
		return true
	}

	switch mode {
	case "throughput":
		b.warmUp(*count, *warmUp)
		for next() {
			before := cpuMicros()
			seconds := b.saturate(*count)
			fmt.Printf("go size=%d entries=%d n=%d  %s  cpu %.2f us/msg\n", *size, *entries, *count,
				b.rates(*count, seconds), (cpuMicros()-before)/float64(*count))
		}
	case "latency":
		end := time.Now().Add(time.Duration(*warmUp) * time.Second)
		b.pace(*rate, b.msgApp, func() bool { return time.Now().Before(end) })
		for next() {
			fmt.Printf("go size=%d rate=%d %s\n", *size, *rate, percentiles(b.pace(*rate, b.msgApp, times(*count))))
		}
	case "paced":
		b.oneAtATime(*warmUp)
		settled := time.Now().Add(time.Second)
		b.pace(*rate, b.msgApp, func() bool { return *warmUp > 0 && time.Now().Before(settled) })
		for next() {
			n := uint64(*rate) * uint64(*seconds)
			micros, switches := usage()
			latencies := b.pace(*rate, b.msgApp, times(n))
			microsAfter, switchesAfter := usage()
			fmt.Printf("go paced size=%d rate=%d %s  cpu %.2f us/msg  %.2f switches/msg\n", *size, *rate,
				percentiles(latencies), (microsAfter-micros)/float64(n), (switchesAfter-switches)/float64(n))
		}
	case "mixed":
		b.warmUp(*count, *warmUp)
		for next() {
			done := make(chan float64, 1)
			go func() { done <- b.saturate(*count) }()
			latencies := percentiles(b.pace(*rate, heartbeat, func() bool { return len(done) == 0 }))
			fmt.Printf("go mixed size=%d rate=%d %s  %s\n", *size, *rate, latencies, b.rates(*count, <-done))
		}
	default:
		fail(fmt.Errorf("mode %q is none of throughput, latency, paced, mixed", mode))
	}
}

func (b *bench) rates(count uint64, seconds float64) string {
	return fmt.Sprintf("%.0f msg/s  %.1f MB/s", float64(count)/seconds,
		float64(count)*float64(b.size)*float64(b.entries)/seconds/1e6)
}
