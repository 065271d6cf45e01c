package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/storage/remote/otlptranslator/prometheusremotewrite"
	"github.com/prometheus/prometheus/tsdb"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/pmetric/pmetricotlp"
)

// What programs send does not fill the memory. Documented for PromQL: a query scans at most so many series.
const mostSeries = 100_000

// Documented: "How CloudWatch stores histogram metrics": histograms are stored as one sample. Explicit buckets keep their bounds here.
var settings = prometheusremotewrite.Settings{
	AllowUTF8: true, AllowDeltaTemporality: true, ConvertHistogramsToNHCB: true, DisableTargetInfo: true,
}

type store struct {
	database *tsdb.DB
	lock     sync.Mutex
	// The time of the last sample of each series: two samples of a series never have the same time.
	last map[uint64]int64
}

func newStore(database *tsdb.DB) *store { return &store{database: database, last: map[uint64]int64{}} }

// write stores what arrives as of `at`: programs that do not run on the clock have another time.
func (s *store) write(ctx context.Context, body []byte, contentType string, at int64) error {
	request := pmetricotlp.NewExportRequest()
	read := request.UnmarshalProto
	if strings.HasPrefix(contentType, "application/json") {
		read = request.UnmarshalJSON
	}
	if err := read(body); err != nil {
		return err
	}
	labelResources(request.Metrics())
	s.lock.Lock()
	defer s.lock.Unlock()
	appender := &arrival{AppenderV2: s.database.AppenderV2(ctx), store: s, at: at}
	if _, err := prometheusremotewrite.NewPrometheusConverter(appender).FromMetrics(ctx, request.Metrics(), settings); err != nil {
		return errors.Join(err, appender.Rollback())
	}
	return appender.Commit()
}

// arrival appends samples with the time of their arrival.
type arrival struct {
	storage.AppenderV2
	store *store
	at    int64
}

func (a *arrival) Append(
	ref storage.SeriesRef, ls labels.Labels, _, _ int64, v float64, h *histogram.Histogram, fh *histogram.FloatHistogram, opts storage.AOptions,
) (storage.SeriesRef, error) {
	key := ls.Hash()
	time, known := a.at, a.store.last[key]
	if known >= time {
		time = known + 1
	}
	if known == 0 && len(a.store.last) >= mostSeries {
		return 0, fmt.Errorf("the sandbox keeps %d time series, and %s would be one more", mostSeries, ls.Get(labels.MetricName))
	}
	a.store.last[key] = time
	return a.AppenderV2.Append(ref, ls, 0, time, v, h, fh, opts)
}

// labelResources moves attributes of resources and scopes to their data points. Documented: "PromQL querying", the prefixes of OTLP scopes.
func labelResources(metrics pmetric.Metrics) {
	for _, resource := range metrics.ResourceMetrics().All() {
		common := map[string]string{}
		for name, value := range resource.Resource().Attributes().All() {
			common["@resource."+name] = value.AsString()
		}
		resource.Resource().Attributes().Clear()
		for _, scope := range resource.ScopeMetrics().All() {
			if name := scope.Scope().Name(); name != "" {
				common["@instrumentation.@name"] = name
			}
			for _, metric := range scope.Metrics().All() {
				for attributes := range pointsOf(metric) {
					for name, value := range common {
						attributes.PutStr(name, value)
					}
				}
			}
		}
	}
}

// pointsOf yields the attributes of each data point.
func pointsOf(metric pmetric.Metric) func(yield func(pcommon.Map) bool) {
	return func(yield func(pcommon.Map) bool) {
		switch metric.Type() {
		case pmetric.MetricTypeGauge:
			each(metric.Gauge().DataPoints(), yield)
		case pmetric.MetricTypeSum:
			each(metric.Sum().DataPoints(), yield)
		case pmetric.MetricTypeHistogram:
			each(metric.Histogram().DataPoints(), yield)
		case pmetric.MetricTypeExponentialHistogram:
			each(metric.ExponentialHistogram().DataPoints(), yield)
		case pmetric.MetricTypeSummary:
			each(metric.Summary().DataPoints(), yield)
		}
	}
}

type point interface{ Attributes() pcommon.Map }

func each[Point point](points interface {
	Len() int
	At(int) Point
}, yield func(pcommon.Map) bool) {
	for index := range points.Len() {
		if !yield(points.At(index).Attributes()) {
			return
		}
	}
}
