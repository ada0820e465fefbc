// What the interop clients call. Two services, because multiplexing needs two.

struct Item {
  1: string name
  2: bool fragile
  3: i8 shelf
  4: i16 weight
  5: i32 price
  6: double rating
  7: list<string> tags
  8: map<string, list<i32>> stock
  9: set<string> colors
  10: optional Item spare
}

exception SoldOut {
  1: string item
  2: i32 left
}

service Shop {
  // The server's --name, to see which one answered; after 30 ms where it begins with `slow`.
  string who()

  string echo(1: string text)
  i32 add(1: i32 a, 2: i32 b)

  // Gives back every item with its price doubled, under its name.
  map<string, Item> double_prices(1: list<Item> items)

  void ping()

  oneway void notify(1: string text)

  // The texts that notify has brought so far.
  list<string> notified()

  // Sold out above 10.
  i32 buy(1: string item, 2: i32 count) throws (1: SoldOut sold_out)

  // Answers after that time.
  string slow(1: i32 milliseconds)

  // As who, when the server's standard input has said `release KEY`; python's server only.
  string hold(1: string key)

  // Fails with an error that is not declared.
  string fail(1: string text)

  // Is sold out.
  string refuse(1: string item) throws (1: SoldOut sold_out)

  // Servers whose name begins with `bad` fail with every second call, by chance; python's server only.
  string sometimes(1: string text)

  // The THeader's pairs of this very call; empty under other transports.
  map<string, string> headers()
}

service Stock {
  string who()
  i32 count(1: string item)
}
