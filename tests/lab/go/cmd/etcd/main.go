// Command etcd is etcd's server as a library, started with etcd's own flags for the few settings
// that the lab needs. Data is not synced to disk: the lab's state dies with the lab.
package main

import (
	"flag"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"go.etcd.io/etcd/server/v3/embed"
)

func main() {
	config := embed.NewConfig()
	flag.StringVar(&config.Dir, "data-dir", "", "where the data goes")
	client := flag.String("listen-client-urls", "", "the one address for clients")
	peer := flag.String("listen-peer-urls", "", "the one address for peers")
	flag.Parse()
	config.UnsafeNoFsync = true
	config.LogLevel = "warn"
	config.ListenClientUrls, config.AdvertiseClientUrls = one(*client), one(*client)
	config.ListenPeerUrls, config.AdvertisePeerUrls = one(*peer), one(*peer)
	config.InitialCluster = config.InitialClusterFromName(config.Name)

	server, err := embed.StartEtcd(config)
	if err != nil {
		log.Fatal(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
	select {
	case err := <-server.Err():
		log.Fatal(err)
	case <-stop:
		server.Close()
	}
}

func one(address string) []url.URL {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" {
		log.Fatalf("%q is no address", address)
	}
	return []url.URL{*parsed}
}
