/// Where a directive of nginx's configuration stands.
enum NginxContext: Character {
    case main = "m", events = "e", http = "h", server = "s", location = "l", ifInLocation = "i", ifInServer = "j", limitExcept = "x", upstream = "u"
    /// Blocks whose lines are entries and no directives: `types`, `map`, `geo`, `split_clients`, and those of other protocols.
    case types = "t", entries = "n"

    var isFree: Bool { self == .types || self == .entries }
}

/// The directives that nginx knows: where they may stand and how many arguments they take.
///
/// - Source: nginx's reference of directives (core, http and its standard modules).
enum NginxDirectiveTable {
    struct Rule {
        var contexts: Set<Character>
        var least: Int
        var most: Int
        var opensBlock: Bool
        var isFlag: Bool
    }

    /// Checks a directive; returns the context of what stands in its block.
    ///
    /// - Throws: nginx's message.
    static func check(_ directive: NginxDirective, in context: NginxContext, opensBlock: Bool) throws(NginxProblem) -> NginxContext {
        let name = directive.name
        if context.isFree {
            if opensBlock, context == .types { throw directive.problem("unexpected \"{\"") }
            return context
        }
        guard let known = rules[name] ?? family(name) else { throw directive.problem("unknown directive \"\(name)\"") }
        guard let rule = known.first(where: { $0.contexts.contains(context.rawValue) }) else { throw directive.problem("\"\(name)\" directive is not allowed here") }
        if opensBlock, !rule.opensBlock { throw directive.problem("directive \"\(name)\" is not terminated by \";\"") }
        if !opensBlock, rule.opensBlock { throw directive.problem("directive \"\(name)\" has no opening \"{\"") }
        guard (rule.least...rule.most).contains(directive.arguments.count) else { throw directive.problem("invalid number of arguments in \"\(name)\" directive") }
        if rule.isFlag, !["on", "off"].contains(directive.first.lowercased()) {
            throw directive.problem("invalid value \"\(directive.first)\" in \"\(name)\" directive, it must be \"on\" or \"off\"")
        }
        switch name {
        case "events": return .events
        case "http": return .http
        case "server": return .server
        case "location": return .location
        case "if": return context == .server ? .ifInServer : .ifInLocation
        case "limit_except": return .limitExcept
        case "upstream": return .upstream
        case "types": return .types
        default: return opensBlock ? .entries : context
        }
    }

    /// Directives of modules that pass requests on in other protocols: all of their names.
    private static func family(_ name: String) -> [Rule]? {
        guard let prefix = ["fastcgi_", "uwsgi_", "scgi_", "grpc_", "memcached_", "proxy_ssl_", "proxy_cache_", "ssi_", "userid_", "image_filter", "http2_", "http3_", "quic_"].first(where: { name.hasPrefix($0) }) else { return nil }
        let contexts: Set<Character> = name.hasSuffix("_pass") && prefix != "proxy_cache_" ? ["l", "i"] : ["h", "s", "l"]
        return [Rule(contexts: contexts, least: 1, most: 64, opensBlock: false, isFlag: false)]
    }

    private static let rules: [String: [Rule]] = {
        var result: [String: [Rule]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            for word in words.dropFirst() {
                let parts = word.split(separator: ":")
                var form = parts[1]
                let (isFlag, opens) = (form == "f", form.hasPrefix("b"))
                if opens { form = form.dropFirst() }
                let bounds = form.split(separator: "-")
                let least = isFlag ? 1 : Int(bounds[0].filter(\.isNumber)) ?? 0
                let most = isFlag ? 1 : form.hasSuffix("+") ? 1000 : Int(bounds[bounds.count - 1]) ?? least
                result[String(parts[0]), default: []].append(Rule(contexts: Set(words[0]), least: least, most: most, opensBlock: opens, isFlag: isFlag))
            }
        }
        return result
    }()

    /// Contexts, then names with their arguments: a number, a range, `1+`, `f` for `on` or `off`, `b` before it for a block.
    private static let text = """
        m daemon:f env:1 debug_points:1 events:b0 http:b0 stream:b0 mail:b0 load_module:1 lock_file:1 master_process:f pcre_jit:f pid:1 ssl_engine:1 thread_pool:2-3
        m timer_resolution:1 user:1-2 worker_cpu_affinity:1+ worker_priority:1 worker_processes:1 worker_rlimit_core:1 worker_rlimit_nofile:1 worker_shutdown_timeout:1 working_directory:1
        e accept_mutex:f accept_mutex_delay:1 debug_connection:1 multi_accept:f use:1 worker_connections:1 worker_aio_requests:1
        h server:b0 upstream:b1 map:b2 geo:b1-2 split_clients:b2 log_format:2+ limit_req_zone:3-4 limit_conn_zone:2 limit_zone:3 proxy_cache_path:2+ fastcgi_cache_path:2+
        h server_names_hash_bucket_size:1 server_names_hash_max_size:1 variables_hash_max_size:1 variables_hash_bucket_size:1 map_hash_bucket_size:1 map_hash_max_size:1
        h limit_conn_log_level:1 keyval_zone:1+ js_import:1-3 js_path:1 perl_modules:1 perl_require:1 geoip_country:1-2 geoip_city:1-2
        hs client_header_buffer_size:1 client_header_timeout:1 connection_pool_size:1 ignore_invalid_headers:f large_client_header_buffers:2 merge_slashes:f request_pool_size:1
        hs underscores_in_headers:f ssl_certificate:1 ssl_certificate_key:1 ssl_protocols:1+ ssl_ciphers:1 ssl_prefer_server_ciphers:f ssl_session_cache:1-2 ssl_session_timeout:1
        hs ssl_session_tickets:f ssl_session_ticket_key:1 ssl_dhparam:1 ssl_client_certificate:1 ssl_verify_client:1 ssl_verify_depth:1 ssl_trusted_certificate:1 ssl_stapling:f
        hs ssl_stapling_verify:f ssl_stapling_file:1 ssl_stapling_responder:1 ssl_ecdh_curve:1 ssl_buffer_size:1 ssl_password_file:1 ssl_crl:1 ssl_early_data:f ssl_reject_handshake:f
        hs ssl_conf_command:2 ssl_ocsp:1 http2:f http3:f
        s listen:1+ server_name:1+
        sl location:b1-2 try_files:2+ stub_status:0-1 valid_referers:1+
        slij return:1-2 rewrite:2-3 set:2 break:0
        sl if:b1+
        hslij rewrite_log:f uninitialized_variable_warn:f
        hsli root:1 index:1+ error_page:2+ add_header:2-3 add_trailer:2-3 expires:1-2 limit_rate:1 limit_rate_after:1 gzip:f sendfile:f charset:1
        hslix access_log:1+
        hsl index:1+ client_max_body_size:1 client_body_buffer_size:1 client_body_timeout:1 client_body_temp_path:1-4 client_body_in_file_only:1 client_body_in_single_buffer:f
        hsl keepalive_timeout:1-2 keepalive_requests:1 keepalive_time:1 keepalive_disable:1+ keepalive_min_timeout:1 send_timeout:1 send_lowat:1 sendfile_max_chunk:1 tcp_nopush:f tcp_nodelay:f
        hsl default_type:1 types:b0 types_hash_max_size:1 types_hash_bucket_size:1 server_tokens:1 server_name_in_redirect:f port_in_redirect:f absolute_redirect:f
        hsl resolver:1+ resolver_timeout:1 reset_timedout_connection:f log_not_found:f log_subrequest:f open_file_cache:1-2 open_file_cache_valid:1 open_file_cache_min_uses:1
        hsl open_file_cache_errors:f open_log_file_cache:1-4 etag:f if_modified_since:1 max_ranges:1 msie_padding:f msie_refresh:f chunked_transfer_encoding:f directio:1
        hsl directio_alignment:1 aio:1 aio_write:f read_ahead:1 output_buffers:2 postpone_output:1 satisfy:1 lingering_close:1 lingering_time:1 lingering_timeout:1
        hsl disable_symlinks:1-2 recursive_error_pages:f subrequest_output_buffer_size:1 auth_delay:1
        hsl gzip_types:1+ gzip_min_length:1 gzip_comp_level:1 gzip_vary:f gzip_proxied:1+ gzip_buffers:2 gzip_disable:1+ gzip_http_version:1 gzip_static:1 gunzip:f gunzip_buffers:2
        hsl autoindex:f autoindex_exact_size:f autoindex_format:1 autoindex_localtime:f random_index:f
        hslx allow:1 deny:1 auth_basic:1 auth_basic_user_file:1
        hsl auth_request:1 auth_request_set:2 charset_types:1+ source_charset:1 override_charset:f sub_filter:2 sub_filter_once:f sub_filter_types:1+ sub_filter_last_modified:f
        hsl limit_req:1-3 limit_req_status:1 limit_req_log_level:1 limit_req_dry_run:f limit_conn:2 limit_conn_status:1 limit_conn_dry_run:f
        hsl real_ip_header:1 set_real_ip_from:1 real_ip_recursive:f mirror:1 mirror_request_body:f ssi:f addition_types:1+ add_before_body:1 add_after_body:1
        hsl secure_link_secret:1 secure_link:1 secure_link_md5:1 slice:1 dav_methods:1+ dav_access:1-3 create_full_put_path:f min_delete_depth:1 userid:1 xslt_stylesheet:1+
        lix proxy_pass:1
        li memcached_pass:1
        l alias:1 internal:0 limit_except:b1+ empty_gif:0 mp4:0 flv:0 perl:1 js_content:1
        hsl proxy_set_header:2 proxy_http_version:1 proxy_connect_timeout:1 proxy_read_timeout:1 proxy_send_timeout:1 proxy_send_lowat:1 proxy_buffering:f proxy_buffer_size:1 proxy_buffers:2
        hsl proxy_busy_buffers_size:1 proxy_cache:1 proxy_redirect:1-2 proxy_hide_header:1 proxy_pass_header:1 proxy_pass_request_headers:f proxy_pass_request_body:f
        hsl proxy_intercept_errors:f proxy_next_upstream:1+ proxy_next_upstream_tries:1 proxy_next_upstream_timeout:1 proxy_request_buffering:f proxy_temp_path:1-4
        hsl proxy_max_temp_file_size:1 proxy_temp_file_write_size:1 proxy_cookie_domain:1-2 proxy_cookie_path:1-2 proxy_cookie_flags:1-4 proxy_bind:1-2 proxy_ignore_headers:1+
        hsl proxy_ignore_client_abort:f proxy_method:1 proxy_set_body:1 proxy_store:1 proxy_store_access:1-3 proxy_headers_hash_max_size:1 proxy_headers_hash_bucket_size:1
        hsl proxy_socket_keepalive:f proxy_limit_rate:1 proxy_no_cache:1+ proxy_force_ranges:f
        u server:1+ zone:1-2 keepalive:1 keepalive_requests:1 keepalive_timeout:1 keepalive_time:1 least_conn:0 ip_hash:0 hash:1-2 random:0-2 least_time:1-2 queue:1-2 state:1 resolver:1+ resolver_timeout:1 ntlm:0
        mhsl error_log:1-2
        """
}
