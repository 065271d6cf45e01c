// The engine of PromQL: the storage and the queries of Prometheus, which CloudWatch's PromQL is based on, without its clock and its scrapers.
//
// Usage: promql <port> <folder>. It ends when its standard input is closed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/tsdb"
)

// Documented: "PromQL limits and restrictions".
const (
	queryTimeout = 20 * time.Second
	mostSamples  = 50_000_000
	lookback     = 5 * time.Minute
)

type server struct {
	store  *store
	engine *promql.Engine
}

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(port, folder string) error {
	options := tsdb.DefaultOptions()
	// Nothing is kept when the engine ends.
	options.WALSegmentSize = -1
	database, err := tsdb.Open(folder, nil, nil, options, nil)
	if err != nil {
		return err
	}
	engine := promql.NewEngine(promql.EngineOpts{
		MaxSamples: mostSamples, Timeout: queryTimeout, LookbackDelta: lookback,
		EnableAtModifier: true, EnableNegativeOffset: true,
	})
	own := &server{store: newStore(database), engine: engine}
	http.HandleFunc("GET /ready", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("POST /write", own.write)
	http.HandleFunc("GET /query", own.query)
	http.HandleFunc("GET /query_range", own.queryRange)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	return http.ListenAndServe("127.0.0.1:"+port, nil)
}

func (s *server) write(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = s.store.write(r.Context(), body, r.Header.Get("content-type"), millis(r, "at"))
	}
	if err != nil {
		failure(w, "bad_data", err)
	}
}

func (s *server) query(w http.ResponseWriter, r *http.Request) {
	query, err := s.engine.NewInstantQuery(r.Context(), s.store.database, nil, r.FormValue("query"), at(millis(r, "time")))
	answer(w, r, query, err)
}

func (s *server) queryRange(w http.ResponseWriter, r *http.Request) {
	step := time.Duration(millis(r, "step")) * time.Millisecond
	start, end := at(millis(r, "start")), at(millis(r, "end"))
	query, err := s.engine.NewRangeQuery(r.Context(), s.store.database, nil, r.FormValue("query"), start, end, step)
	answer(w, r, query, err)
}

func answer(w http.ResponseWriter, r *http.Request, query promql.Query, err error) {
	if err != nil {
		failure(w, "bad_data", err)
		return
	}
	defer query.Close()
	result := query.Exec(context.WithoutCancel(r.Context()))
	if result.Err != nil {
		failure(w, "execution", result.Err)
		return
	}
	reply := map[string]any{"status": "success", "data": map[string]any{"resultType": result.Value.Type(), "result": result.Value}}
	if warnings, infos := result.Warnings.AsStrings(r.FormValue("query"), 10, 10); len(warnings)+len(infos) > 0 {
		reply["warnings"], reply["infos"] = warnings, infos
	}
	w.Header().Set("content-type", "application/json")
	if err := json.NewEncoder(w).Encode(reply); err != nil {
		log.Print(err)
	}
}

func failure(w http.ResponseWriter, kind string, err error) {
	w.Header().Set("content-type", "application/json")
	w.WriteHeader(http.StatusUnprocessableEntity)
	text, _ := json.Marshal(map[string]string{"status": "error", "errorType": kind, "error": err.Error()})
	fmt.Fprintln(w, string(text))
}

func millis(r *http.Request, name string) int64 {
	value, _ := strconv.ParseInt(r.URL.Query().Get(name), 10, 64)
	return value
}

func at(milliseconds int64) time.Time { return time.UnixMilli(milliseconds) }
