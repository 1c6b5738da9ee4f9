import Commands

@main
struct Main {
    static func main() { Root.start() }
}
