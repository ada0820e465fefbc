// What ThriftService serves and calls, for clients in other languages.

struct Sum {
  1: i32 value
  2: string servedBy  // as "v1/thrift-1"
}

service Greeter {
  string sayHello(1: string name)  // "Hello, NAME! (v1/thrift-1)"
  Sum add(1: i32 a, 2: i32 b)
}
